"""Opening files that nobody vouches for: in a child process whose memory and time are limited before it sees a byte.

Knows nothing of what is opened: `office.sheets` (workbooks) and `office.files` (proofs) each name a module with one
function, `answer(task, data)`, that the child calls. Three modules: `refused` is how either side says no, `child` runs
in the child, `asking` is the parent's side.
"""
