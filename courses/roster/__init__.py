"""Reading and checking 附件2, the roster of a class (§三（二）): a workbook in, every finding by row and column out.

Knows no class and no state: it is told the facts that a roster is held against (`facts.ClassFacts`), asks the register
about people and units, and writes nothing. Commands stage what it found.

    header = columns.find(read(data, name="花名册.xlsx"))      # InputError (field "file")
    checking = check.check(header, facts)
    for row in checking.rows():                                # every row with its findings, in the order of the sheet
        ...
    checking.of_file()                                         # findings of the file as a whole, after the rows
"""
