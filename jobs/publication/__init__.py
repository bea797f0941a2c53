"""What of a run becomes visible: gates and decisions, changes, row tables, and the one commit that shows them.

Counts, bitmaps and costs in, decisions and tables out; nothing is evaluated here. `evaluate -> publish` on the route.
"""
