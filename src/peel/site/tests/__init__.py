"""Tests of the site: its errors, headers, standing pages and shell."""
