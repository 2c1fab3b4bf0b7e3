"""Failures that are expected, told in plain words with what to do about them."""

import errno
import os


class Trouble(Exception):
    """Something that the person at the keyboard can mend; shown without a traceback.

    `mend` is what to do, as one sentence or one command.
    """

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message}\n  {self.mend}" if self.mend else self.message


def from_os_error(error: OSError) -> Trouble:
    """An operating system's refusal in plain words."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(f"The disk is full{where}.", "Free some space, then run the command again.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Trouble(
            f"This user may not write or read{where or ' a file that Peel needs'}.",
            "Run Peel as the owner of its folder.",
        )
    if error.errno == errno.EROFS:
        return Trouble(
            f"The disk is read-only{where}.", "Set PEEL_VAR to a folder that can be written."
        )
    return Trouble(f"The system refused: {os.strerror(error.errno or 0)}{where}.")
