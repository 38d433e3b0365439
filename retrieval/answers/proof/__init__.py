"""Proof: what a model claims is held against the documents: its quotes, and then its words."""
