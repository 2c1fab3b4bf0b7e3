"""Tests of the pages about tokens and programs."""
