"""How one bucket is computed: tiles in, bitmaps out. Also the rows of a folder, for `try`.

Knows arrays, never a spec, a table or Spark; one missing value, one rounding, one comparison is decided here and nowhere
else. Fifth on the route: plan -> kernel.

    program.py     a plan as numbered records (instructions.py, conditions.py), from contact_program.py and row_program.py;
                   staging.py and passes.py put them in order
    evaluate.py    one bucket (bucket.py) from rows to bitmaps, level by level, in registers.py; cuts.py between two passes
    table.py       rows of a source at work: row_index.py picks them, sweeping.py, grouping.py and chains.py count them in
                   loops.py, which compiled.py compiles
    tiles.py       rows as bytes, lookups.py beside them; tile_bucket.py and folder.py are where a bucket comes from
    verdicts.py    one contact explained · exact.py, columns.py, predicates.py, localtime.py  numbers, words, tests, days
"""
