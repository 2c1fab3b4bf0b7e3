"""The pages on which files come in and records leave."""
