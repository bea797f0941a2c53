"""The plan as SQL: a second opinion in tests, and a statement to take away to a warehouse.

Built with sqlglot from the same plan that the kernel runs, so it cannot judge the plan, only the kernel. Values are literals
made by sqlglot, never pasted. SQL's own three values are the language's: AND, OR and NOT follow Kleene's tables, and WHERE
takes what is true.
"""
