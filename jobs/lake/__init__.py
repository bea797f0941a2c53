"""The lake: where every table lies, what it looks like, and how rows get in and out.

`tables`, `places`, `reads`, `file_rows` and `small_files` know no Spark. `spark` is the one place that starts a session, and
reads and commits nothing of the lake; `workers` are Spark's, or this process where there is little to do. `table_files` and
`file_commits` are how rows of ours and files that workers have written get in, which `stored_files` hands out again,
`stored_cells` cell by cell and `member_rows` by the newest row of each segment. `contacts` gives numbers to contacts, in
one table or, where they are too many for one process, by `contact_shares`. This room decides paths, schemas, Delta
properties and retries. It does not know what a segment or a gate is.
"""
