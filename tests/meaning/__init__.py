"""What every word means, as tables: a few people with their missing values, a `where`, and who is a member.

The expected ids were reasoned by hand from the language's pages. The cases are data (`all_cases.ALL_CASES`), so that the
kernel, the SQL twin, Spark and the oracle can each be asked the same questions.
"""
