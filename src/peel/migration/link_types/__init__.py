"""Loads types of link that a force adds to the vocabulary."""
