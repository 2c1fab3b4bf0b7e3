"""Records: what every person, object, place, event and case has in common.

A Record has an id, a human reference, a title, an owner, a marking, a restriction, a state and a
version, so that a link, a task, a file or a search document all point at one thing with a real
foreign key. Here too is the one place where row-level security is made.
"""
