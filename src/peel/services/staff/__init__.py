"""Staff: the pages on which administrators keep users, posts, units and organisations."""
