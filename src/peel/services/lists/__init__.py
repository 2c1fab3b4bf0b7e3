"""What is done with a list as it is filtered: one action on several records, and taking it away."""
