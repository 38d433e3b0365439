"""A web page: its tree, the blocks that a person sees, which of them are its story, and what it states."""
