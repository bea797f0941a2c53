"""How a run meets its tiles: passes over all buckets, each answered by the kernel, and the bitmaps that changed.

Hands out work and gathers small results; what a condition means is the kernel's, what may be seen is publication's.
`pack -> evaluate` on the route.
"""
