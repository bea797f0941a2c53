"""What may be named: sources, their columns and types, lookups, gates, and the one parser of delivered values.

Knows where data comes from and what it is called; knows no segment and no run. Computed columns' conditions are kept as
untyped nodes, because what they mean is the language's to say. Second on the route: syntax -> catalog -> language.
"""
