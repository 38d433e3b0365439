"""Readers, one a format: the bytes of a file become Contents."""
