"""Tests of the loader of the open police data."""
