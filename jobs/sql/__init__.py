"""The plan as SQL: a second opinion in tests, and a statement to take away to a warehouse.

Built with sqlglot from the same plan that the kernel runs, so it cannot judge the plan, only the kernel. Values are literals
made by sqlglot, never pasted. SQL's own three values are the language's: AND, OR and NOT follow Kleene's tables, and WHERE
takes what is true. Knows no rows, no lake and no engine but by its spelling.

    twin.py        `segment_sql`: the text, under what it says and what it reads · writing.py  sqlglot's generators
    statement.py   the WITH clause: one CTE for each distinct thing, one for each segment, `keep`
    scopes.py      formulas and values over one SELECT · relations.py  its tables and joins · predicates.py  tests of a value
    aggregates.py, averages.py, chains.py, computed.py, sampling.py, places.py   what has a query or a formula of its own
    exact.py       fractions · literals.py, expressions.py, fragments.py   the smallest pieces, by engine where they differ

Where an engine goes its own way: local weekdays, months, days and hours follow its own zone data (twin.py); distances and
edges are doubles (places.py); a number of more than 38 digits, or a computed column that cannot hold its value, stops the
statement instead of answering, unless the engine finds the answer without it (exact.py).
"""
