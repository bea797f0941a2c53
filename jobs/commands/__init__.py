"""The verbs of the command line, one function each; `jobs/__main__.py` puts them on one app.

A verb reads its arguments, calls one room, and prints: a table for people, one JSON document with `--json`. It decides
nothing. Rooms are imported inside the verbs, so that `try` never waits for Spark.
"""
