"""Tests of `peel.kernel.places`."""
