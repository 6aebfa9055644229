"""Files that prove something: PDF, OFD, JPEG, PNG, known by content, opened and drawn by a limited child.

    from office.files.opening import check, page_text, picture

    checked = check(data)                       # InputError (field "file"): what is wrong with the file
    image = picture(data, page=1, width=1200)   # a JPEG that was drawn here: nothing of the file runs
    sheet = page_text(data, page=1)             # an OFD's words, and how many of its pictures can be drawn

Knows nothing of hours and nothing of the other rooms. What holds for every file that comes in: it is judged by its
content and never by its name, it really opens, and it is no bomb. Scripts inside a PDF are kept and never run: what is
shown is drawn by a library without a JavaScript engine, and the file itself leaves only as a download.
"""
