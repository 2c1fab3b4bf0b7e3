"""Tests of the pages for users, posts, units and organisations."""
