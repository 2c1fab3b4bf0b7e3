"""Installing locked Python packages with the one wheel of pip that is published with Peel.

The wheel is checked by hash and run as it lies: nothing has to be fetched to have pip, and no
index has to be known before pip itself knows one (its own default, or the user's settings).
"""

import hashlib
import re
import subprocess
from pathlib import Path

from .. import runtime
from .progress import Progress
from .trouble import Trouble

PIP = runtime.ROOT / "tools" / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
_NO_NETWORK = re.compile(
    r"NewConnectionError|Temporary failure|timed out|SSLError|ProxyError|"
    r"NameResolutionError|Connection (refused|broken|reset)|Network is unreachable"
)


def pip() -> str:
    """The checked wheel of pip, as a path that Python can run. Raises Trouble if it was altered."""
    if hashlib.sha256(PIP.read_bytes()).hexdigest() != PIP_SHA256:
        raise Trouble(
            f"{PIP} is not the file that Peel was published with.",
            "Fetch it again with: git checkout -- tools",
        )
    return f"{PIP}/pip"


def install(python: Path, lock: Path, progress: Progress, *options: str) -> None:
    """Install exactly the packages of a lock file, by hash, for `python`.

    Raises Trouble when there is no network, no space, or a package is not the tested one.
    """
    total = len(set(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(), re.MULTILINE)))
    command = [
        str(python), pip(), "install", "--require-hashes", "--no-deps", "--only-binary=:all:",
        "--no-compile", "--no-input", "--progress-bar=off", "--disable-pip-version-check",
        "--no-warn-script-location", *options, "-r", str(lock),
    ]  # fmt: skip
    running = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip
    said: list[str] = []
    seen = 0
    for line in running.stdout or ():
        said.append(line.rstrip())
        if found := re.match(
            r"(?:Collecting|Requirement already satisfied:|Ignoring) ([\w.-]+)", line
        ):
            seen += 1
            progress.show(min(seen, total), total, found[1])
        elif line.startswith("Installing collected"):
            progress.say(f"{total} of {total}  installing")
    if running.wait():
        raise _refusal(said)


def _refusal(said: list[str]) -> Trouble:
    """Why pip gave up, in plain words."""
    text = "\n".join(said)
    if "No space left" in text:
        return Trouble("The disk is full.", "Free some space, then run the same command again.")
    if "DO NOT MATCH THE HASHES" in text:
        return Trouble(
            "A downloaded package is not the one that Peel was tested with:", "\n  ".join(said[-8:])
        )
    if _NO_NETWORK.search(text):
        return Trouble(
            "Python packages could not be downloaded.",
            "Check the network (behind a proxy or a mirror: HTTPS_PROXY, PIP_INDEX_URL), "
            "then run the same command again.",
        )
    return Trouble("pip could not install the packages:", "\n  ".join(said[-8:]))
