"""Resolution: which records are of one person. The machine proposes, people decide, all is undone.

The procedure itself is `engine`, without Django; around it are models, runs, proposals and pages.
"""
