"""How a run meets its tiles: passes over all buckets, each answered by the kernel, the bitmaps that changed, and what each
segment had its part in of the kernel's time.

Hands out work and gathers small results; what a condition means is the kernel's, what may be seen is publication's.
`pack -> evaluate` on the route.
"""
