"""The derived pages of every sheet: list, record, create, commands and history."""
