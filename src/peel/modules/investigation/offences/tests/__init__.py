"""Tests of the offence reference data."""
