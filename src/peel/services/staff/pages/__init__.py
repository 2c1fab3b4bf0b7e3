"""The pages about staff."""
