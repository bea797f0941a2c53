"""What a night costs, against what the machine could do: a seeded company, each phase a process, peers beside it.

Lands made-up files, runs the same verbs that people run, and counts the same segments with other engines; where counts
differ there is no time. Measures and never asserts seconds. Knows the command line and the statements of `sql`, nothing
that lies between.

    seeded_company.py   contacts and events drawn from a seed, as files of a landing folder, and the catalog of them
    random_segments.py  so many specs over that catalog, with as many distinct conditions as is asked for
    phases.py           the verbs as processes: seconds and peak memory of the whole process tree
"""
