"""The pages about tokens and programs."""
