"""Tests of records coming in and leaving."""
