"""What a night costs: a company drawn from a seed, random specs over it, and the verbs as processes that are measured.

Measures and never asserts seconds. Knows the command line, and nothing that lies behind it.

    seeded_company.py   contacts and events drawn from a seed, as files of a landing folder, and the catalog of them
    random_segments.py  so many specs over that catalog, with as many distinct conditions as is asked for
    questions.py        what those specs ask, read from their JSON anew, in SQL and for Polars
    peers.py            DuckDB, Polars and Spark SQL counting the same segments · copy_limit.py  what a bare copy takes
    phases.py           the verbs as processes: seconds and peak memory of the whole process tree
"""
