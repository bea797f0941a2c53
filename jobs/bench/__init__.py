"""What a night costs: a company drawn from a seed, random specs over it, and the verbs as processes that are measured.

Measures and never asserts seconds; asserts counts: an engine that counts something else than ours has no time. Our own work
is started as users start it, by the command line; only `warm_evaluation.py` calls steps, in a process of its own.

    scales.py            how large, and which parts of it · whole_bench.py  what runs in which order
    seeded_company.py    contacts and events drawn from a seed, as files of a landing folder, and the catalog of them
    random_segments.py   so many specs over that catalog, with as many distinct conditions as is asked for
    phases.py            processes: seconds and peak memory of the whole tree · progress.py  what runs now
    step_profiles.py     where their time goes, by py-spy; PROFILE.md keeps what was found
    measured_nights.py   our own work: the first night, a list, the night after, CSV, JSON Lines, one spec alone, and a night
                         with one contact that has very many events
    copy_limit.py        what a bare copy takes
    questions.py         what the specs ask, read from their JSON anew, in SQL and for Polars
    peers.py, chdb_bitmaps.py   DuckDB, Polars, chDB and Spark SQL counting the same segments, answering as peer_answers.py
    engine_runs.py       those as processes, and the verdict on what they count
    figures.py           what was measured · figure_tables.py  as tables · chart.py  as a chart
"""
