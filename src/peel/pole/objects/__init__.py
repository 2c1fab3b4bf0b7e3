"""Objects and organisations: what people own, use, call with and pay by, and what they belong to.

Sixteen kinds of record. Each is a sheet and a model and nothing else: the machine makes the rest.
"""
