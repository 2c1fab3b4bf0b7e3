"""Reads that the derived pages and the API share."""
