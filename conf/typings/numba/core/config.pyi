# numba has no types of its own: what is set of it stands here.
CACHE_DIR: str
