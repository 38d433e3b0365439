"""Measures any callable from a question to an Answer against cases with gold spans."""
