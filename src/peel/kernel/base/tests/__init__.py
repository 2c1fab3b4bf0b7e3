"""Tests of `peel.kernel.base`."""
