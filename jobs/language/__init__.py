"""What a spec means: binds the untyped tree to the catalog, one condition a file, and lowers it to atoms.

Every condition checks itself, describes itself and lowers itself. Knows no as_of, no rows and no engine: instants are the
plan's, numbers the kernel's. Third on the route: catalog -> language -> plan.
"""
