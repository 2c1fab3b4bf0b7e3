"""The data office's pages: the queue, one pair, the models."""
