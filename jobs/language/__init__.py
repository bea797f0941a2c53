"""What a spec means: a tree of conditions bound to the catalog, in plain English and in a small set of atoms.

Decides which words exist, what each may be compared with, what missing does, and which specs are refused. Knows no run:
no as_of, no rows, no files of data. Third on the route: syntax -> catalog -> language -> plan. Pure Python.

A condition is one class in one file, and one line of `conditions.py`; operators and aggregates are tables.
"""
