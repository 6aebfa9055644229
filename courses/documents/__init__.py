"""The notice's two forms as it prints them: 附件1 and 附件2, each as a PDF and as a workbook.

`papers` says what stands on them, `words` how it is written; `application` and `roster` draw. None of these knows a
table of the portal: `filling` takes what they show from the tables.
"""
