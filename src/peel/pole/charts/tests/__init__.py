"""Tests of link charts."""
