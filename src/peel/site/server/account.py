"""Which user the private PostgreSQL runs as: ourselves, or an unprivileged one when we are root.

PostgreSQL refuses to run as root, and initdb wants a user that has a line in the password file.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .trouble import Trouble


@dataclass(frozen=True)
class Account:
    """A user of the operating system; `uid` None means the one who runs this program."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def spawn(self) -> dict[str, object]:
        """The keyword arguments that make `subprocess` start a program as this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, *, deep: bool = False) -> None:
        """Give `path` (with `deep`, all that is in it) to this user."""
        if self.uid is None:
            return
        for each in (path, *path.rglob("*")) if deep else (path,):
            os.chown(each, self.uid, self.gid or -1, follow_symlinks=False)

    def reaches(self, folder: Path) -> bool:
        """Whether this user may enter `folder`."""
        if self.uid is None:
            return True
        # Asked of the kernel as that user: mode bits alone miss parents, lists and mounts.
        found = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            cwd="/",
            check=False,
            capture_output=True,
            **self.spawn(),  # type: ignore[call-overload]
        )
        return bool(found.returncode == 0)


def server_account() -> Account:
    """The user for the private server.

    Raises Trouble when we are root and the password file names nobody else.
    """
    if os.geteuid() != 0:
        try:
            name = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise Trouble(
                f"User id {os.geteuid()} has no line in the password file, which initdb needs.",
                "Run Peel as a user that has one, or set PEEL_DATABASE_URL to your own server.",
            ) from None
        return Account(name)
    for name in ("postgres", "_postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise Trouble(
        "PostgreSQL does not run as root, and this machine has no user `nobody` to lend.",
        "Run Peel as an ordinary user.",
    )
