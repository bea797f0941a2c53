"""What a run must compute: meanings + catalog + as_of become distinct atoms, stages, and windows as instants.

Knows the clock and which columns are needed; knows no rows and no engine. Fourth on the route:
language -> plan -> kernel.
"""
