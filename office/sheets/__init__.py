"""The safe reader of workbooks: any .xlsx, .xls or .ods → rows of text, read in a limited child process.

Knows nothing of hours and nothing of the other rooms. Three steps; `docs/sheets.md` tells them in Chinese:

    from office.sheets.header import Column, find_header
    from office.sheets.reading import read

    book = read(data, name="花名册.xlsx")     # InputError (field "file"): what is wrong with the file
    header = find_header(book, COLUMNS)       # InputError (field "file"): which columns are missing
    for record in header.records():           # record.row, record.values["name"], record.flags.get("id_number")
        ...

This module stays empty: the child starts through it and must not load what the parent needs.
"""
