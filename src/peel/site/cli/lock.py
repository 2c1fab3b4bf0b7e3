"""`./peel lock`: make the lock files anew from requirements.in, and those of Node.js and Spark."""

import subprocess
import sys
from pathlib import Path

from .. import runtime
from ..server.trouble import Trouble


def run(arguments: list[str]) -> int:
    """Resolve what the .in files ask for, with hashes, for every platform and Python from 3.11.

    Raises Trouble when `uv`, which does this, is not installed.
    """
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        raise Trouble(
            "Lock files are made by uv.", "Install it: .venv/bin/python -m pip install uv"
        )
    for name in ("requirements", "requirements-node", "requirements-spark"):
        subprocess.run(
            [str(uv), "pip", "compile", "-q", "--universal", "--python-version", "3.11",
             "--generate-hashes", "--no-emit-index-url", "--no-header", *arguments,
             f"{name}.in", "-o", f"{name}.lock"],
            cwd=runtime.ROOT, check=True,
        )  # fmt: skip
    return 0
