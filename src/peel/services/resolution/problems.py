"""What keeps a step of resolution from being taken."""


class CannotRun(Exception):
    """A step cannot be taken; the message says why, for people."""
