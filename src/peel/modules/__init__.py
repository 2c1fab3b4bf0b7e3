"""The modules: one a business capability, entered through its `api.py` and `events.py`."""
