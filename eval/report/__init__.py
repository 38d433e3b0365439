"""The report of a run, or of two compared, as one HTML page: page.py."""
