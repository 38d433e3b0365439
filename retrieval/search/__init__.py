"""A question becomes ranked passages: by words (FTS5), by meaning (Chroma), and both fused."""
