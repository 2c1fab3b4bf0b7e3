"""Tests of `pole`."""
