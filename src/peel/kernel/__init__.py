"""The kernel: tables and rules that everything stands on; no screens of its own."""
