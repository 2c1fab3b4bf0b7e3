"""Template tags of Peel's pages."""
