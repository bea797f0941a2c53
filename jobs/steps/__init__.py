"""One file for one Airflow task, which asks Spark for workers where its rows are many; each reads like a list of calls.

A step takes settings and an `as_of`, opens or resumes the run, calls the rooms below, and says how it went (`outcome`). It
can be killed anywhere and run again: what it leaves is either whole or not seen. Nothing here decides what a segment means.
"""
