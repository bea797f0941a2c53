"""How one bucket is computed: tiles in, bitmaps out.

Knows arrays, never a spec, a table or Spark; one missing value, one rounding, one comparison is decided here and nowhere
else. Fifth on the route: plan -> kernel.

    program.py            a plan as numbered records (instructions.py, row_conditions.py), from contact_program.py and
                          row_program.py; schedule.py and source_passes.py put them in order, stages.py runs stage by stage
    bucket_evaluation.py  one bucket (bucket.py) from rows to bitmaps, level by level, in registers.py; cuts.py between
    working_rows.py       rows of a source at work: row_index.py picks them, sweeps.py, groups.py and chains.py count them in
                          loops.py, which compiled.py compiles
    tiles.py              rows as bytes, lookups.py beside them; tile_bucket.py is a bucket of the lake
    exact_arrays.py, vectors.py, predicates.py, localtime.py  numbers, words, tests, days
"""
