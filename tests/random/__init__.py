"""Random specs over random people: whatever computes must agree with the oracle, member for member.

The catalog is fixed and rich; people, instants and specs are drawn. Words have strategies in registries, so that a test
can prove that no word of the language lacks one.
"""
