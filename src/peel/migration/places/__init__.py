"""Loads published areas and addresses into `places`."""
