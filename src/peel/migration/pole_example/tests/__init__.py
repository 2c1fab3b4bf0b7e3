"""Tests of the loader of the open POLE example."""
