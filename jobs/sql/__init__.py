"""The plan as SQL: a second opinion in tests, and a statement to take away to a warehouse.

Built with sqlglot from the same plan that the kernel runs, so it cannot judge the plan, only the kernel. Values are literals
made by sqlglot, never pasted. SQL's own three values are the language's: AND, OR and NOT follow Kleene's tables, and WHERE
takes what is true. Knows no rows, no lake and no engine but by its spelling.

    twin.py          `segment_sql`: the text, under what it says and what it reads · sql_text.py  sqlglot's generators
    formulas.py      what a formula and a value are, each by the module that knows it:
      segment_ctes.py, row_aggregates.py, averages.py, sequence_ctes.py, computed_ctes.py, sample_numbers.py   by a query
      value_predicates.py, points.py   by a test of a value
    scopes.py        one SELECT while it is made · relations.py  its tables and joins
    statement.py     the WITH clause: one CTE for each distinct thing, and the words above it
    views.py         views under the names that a statement reads, over delivered files or typed rows
    exact_sql.py     fractions · constants.py, expressions.py, fragments.py   the smallest pieces, by engine if they differ

Imports go down this list, never back. Where an engine goes its own way: local weekdays, months, days and hours follow its
own zone data (twin.py); distances and edges are doubles (points.py); a number of more than 38 digits, or a computed column
that cannot hold its value, stops the statement, unless the engine finds the answer without it (exact_sql.py).
"""
