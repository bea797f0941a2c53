"""The record of a run: what it pinned, by which step, how each step went, and what its segments cost.

A run is a function of specs, catalog, data versions and one instant; here is where those are read once, kept and found
again. Knows no rows and no engine but the small commits of `runs`. After the lake on the route, before all that works for
a run.
"""
