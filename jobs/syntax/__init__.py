"""How files are written: strict JSON and YAML, pointers, nearest words, durations and literals.

This room knows the shape of what people write and nothing of what it means: no catalog, no types of columns, no run.
Pure Python. First on the route of a spec: bytes -> syntax -> catalog -> language -> plan -> kernel.
"""
