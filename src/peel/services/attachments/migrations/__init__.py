"""Migrations of attachments."""
