"""How one bucket is computed: tiles in, bitmaps out. Also the rows of a folder, for `try`.

Knows arrays, never a spec, a table or Spark; one missing value, one rounding, one comparison is decided here and nowhere
else. Fifth on the route: plan -> kernel.
"""
