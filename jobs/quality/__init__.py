"""Quality: what a delivery must satisfy before it counts, judged by Great Expectations.

`gates` turns a catalog source into checks over counts; `expectations` has Great Expectations judge them. This room sees
counts only, never a contact's row, so nothing it keeps can hold a value. It does not know where deliveries come from.
"""
