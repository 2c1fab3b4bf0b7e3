"""The pages of notices, of what is watched, and of break-glass."""
