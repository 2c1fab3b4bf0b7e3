"""The store of evidence: content streamed in, hashed, encrypted and never changed again.

It keeps content and nothing about why: which record a file belongs to, what it is called and who
may see it stand in `records`.
"""
