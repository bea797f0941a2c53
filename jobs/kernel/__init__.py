"""How one bucket is computed: tiles in, bitmaps out; and the one loop over the stages of a plan.

Knows arrays, never a spec, a table or Spark; one missing value, one rounding, one comparison is decided here and nowhere
else. Fifth on the route: plan -> kernel.

    program.py            a plan as numbered records (instructions.py, row_conditions.py), from contact_program.py and
                          row_program.py; schedule.py and source_passes.py put them in order
    stages.py             all buckets, stage by stage: cuts.py between two passes
    bucket_evaluation.py  one bucket (bucket.py) from rows to bitmaps, level by level, in registers.py (output.py):
                          readings.py of sources, chain_queue.py, contact_values.py, leaves.py, keep_order.py
    working_rows.py       rows of a source at work: row_index.py picks them; sweeps.py, groups.py and chains.py count them
                          in loops.py, which compiled.py compiles where workload.py says that it pays, and
                          compiled_files.py keeps for the next process
    tiles.py              rows (bucket_rows.py) as bytes, lookups.py beside them; tile_bucket.py: a bucket of the lake
    stopwatch.py          how long what took; work_units.py and work_users.py say for which segments that was, and
                          work_shares.py divides it, or foretells it
    exact_arrays.py, vectors.py, predicates.py, localtime.py, sample_shares.py   numbers, words, tests, days, shares
"""
