"""What of a run becomes visible: gates and verdicts, changes, row tables, and the one commit that shows them.

Counts and bitmaps in, verdicts and tables out; nothing is evaluated here. `evaluate -> publish` on the route.
"""
