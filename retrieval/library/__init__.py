"""A folder becomes an index that equals it: the catalog is the truth, Chroma is derived from it."""
