"""What people ask: who would be a member, over a folder; why somebody is or is not; how many each condition holds for.

Everything here answers in a second and without Spark, from files of a folder or from single buckets of the lake. It decides
nothing that a night would decide otherwise: the same plan, the same kernel.
"""
