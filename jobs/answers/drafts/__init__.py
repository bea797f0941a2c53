"""What `describe` answers: a delivered thing looked at, and a catalog file drafted for it.

    delivered_things.py   the cells of a file, a folder of files, a Delta table or a database's table, of any columns
    column_facts.py       what all rows show of a column: what reads it, the few words in it, whether it tells rows apart
    draft_guesses.py      what a column and the whole source are most likely meant to be
    catalog_draft.py      the draft as a catalog file, and as facts
    described.py          all of it in one call

No value of a contact is written: words of a column only where they are few and many rows bear each. What decides a type is
the one parser over all rows, so what the draft says is read by `try` and `ingest`.
"""
