"""Contact lists: who is on one, what proves it, and the rules of freezing.

Decides which run a list is frozen from, what its manifest says, and which of two requests for one list counts. Knows nothing
of conditions: members come as bitmaps of a published run. Stands between the lake and the steps.
"""
