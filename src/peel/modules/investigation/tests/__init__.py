"""Tests of `investigation`."""
