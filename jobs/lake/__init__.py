"""The lake: where every table lies, what it looks like, and how rows get in and out.

`tables`, `places`, `reads`, `file_rows` and `small_files` know no Spark. `spark` is the one place that starts a session;
`commits` is how Spark's rows get in, `table_files` and `file_commits` how files get in that workers have written, which
`stored_files` hands out again. This room decides paths, schemas, Delta properties and retries. It does not know what a
segment or a gate is.
"""
