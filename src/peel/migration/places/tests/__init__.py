"""Tests of the loaders of areas and of the gazetteer."""
