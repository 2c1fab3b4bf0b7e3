"""Notices: what concerns each officer, and why he is told; watching; break-glass and its alarm."""
