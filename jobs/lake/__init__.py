"""The lake: where every table lies, what it looks like, and how rows get in and out.

`tables`, `places`, `files` and `published` know no Spark; `spark` is the one place that starts a session, and `writing` the
one that commits. This room decides paths, schemas, Delta properties and retries. It does not know what a segment or a gate
is.
"""
