"""Link charts: who and what is joined to whom, drawn step by step, and saved as records."""
