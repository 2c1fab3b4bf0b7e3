"""Makes Peel's virtual environment, on a bare Python, and then runs the command inside it.

Standard library only. Debian's python3 has no ensurepip, so `python3 -m venv` fails there: the
environment is made without pip, and pip itself runs from the one wheel beside this file, whose
hash is checked. pip then installs exactly what requirements.lock names, by hash.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
SOURCE = ROOT / "src"
NEEDS_MEGABYTES = 1_500
# These answer before anything is installed.
LIGHT = {"help", "--help", "-h", "doctor", "stop"}

sys.path.insert(0, str(SOURCE))
from peel.site.server import packages  # noqa: E402
from peel.site.server.keeping import fingerprint, locked  # noqa: E402
from peel.site.server.progress import Steps  # noqa: E402
from peel.site.server.trouble import Trouble, from_os_error  # noqa: E402


def main(arguments: list[str]) -> int:
    """Install what is missing, then become `python -m peel`."""
    try:
        if (arguments[:1] or ["help"])[0] in LIGHT and not is_ready():
            hand_over(sys.executable, arguments)
        ensure()
    except Trouble as trouble:
        print(f"\npeel: {trouble}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\npeel: {from_os_error(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\npeel: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    hand_over(str(python_of(VENV)), arguments)
    return 0


def hand_over(python: str, arguments: list[str]) -> None:
    """Replace this program by Peel's own, with `src` on its path."""
    paths = [str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    # pip is told not to compile, so the first start must be allowed to keep what it compiles:
    # without it every start would compile Django again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(python, [python, "-m", "peel", *arguments])  # noqa: S606


def python_of(place: Path) -> Path:
    """The interpreter of a virtual environment."""
    return place / "bin" / "python"


def wanted() -> str:
    """What the stamp must say: the locked packages, pip and this Python."""
    version = f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"
    return fingerprint([], LOCK.read_text(), packages.PIP_SHA256, version, str(VENV))


def is_ready() -> bool:
    """Whether the environment stands as the lock file says."""
    stamp = VENV / "peel-stamp"
    return stamp.exists() and stamp.read_text() == wanted() and python_of(VENV).exists()


def ensure() -> None:
    """Make the environment unless it is ready. Two who start at once take turns."""
    if is_ready():
        return
    with locked(ROOT / "var" / "setup.lock"):
        if is_ready():
            return
        steps = Steps()
        check_space()
        with steps.step("Python environment"):
            make(VENV)
        with steps.step("Python packages") as progress:
            packages.install(python_of(VENV), LOCK, progress)
        (VENV / "unfinished").unlink()
        for folder in VENV.glob("lib/python*/site-packages"):
            folder.joinpath("peel.pth").write_text(f"{SOURCE}\n")
        (VENV / "peel-stamp").write_text(wanted())


def make(place: Path) -> None:
    """Make an empty virtual environment; one that was cut off half-way is made anew."""
    unfinished = place / "unfinished"
    if unfinished.exists() or not works(python_of(place)):
        shutil.rmtree(place, ignore_errors=True)
        # The builder that `python3 -m venv` uses, without its call of ensurepip.
        venv.EnvBuilder(with_pip=False, symlinks=True).create(place)
    unfinished.touch()


def works(python: Path) -> bool:
    """Whether an interpreter starts and is of this version (its own may have been removed)."""
    try:
        found = subprocess.run(
            [str(python), "-c", "import sys; print(sys.version_info[:2])"],
            check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.strip() == str(sys.version_info[:2])


def check_space() -> None:
    """Refuse to begin what cannot be finished."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDS_MEGABYTES:
        raise Trouble(
            f"Setting up needs about {NEEDS_MEGABYTES} MB in {ROOT}; {free} MB are free.",
            "Free some space, then run the same command again.",
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
