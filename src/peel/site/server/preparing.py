"""The steps between an installed checkout and a served page, each done once for its inputs."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .. import runtime
from . import database, keeping, node
from .cluster import Cluster
from .progress import Steps
from .testing import child_environment
from .trouble import Trouble

SOURCE = runtime.ROOT / "src" / "peel"
STAMPS = keeping.Stamps(runtime.VAR / "stamps.json")


def assets(steps: Steps) -> None:
    """Lay out what npm brought where Django finds it."""
    node.ensure(steps)
    code = SOURCE / "machine" / "ui" / "assets.py"
    if not code.exists():
        return
    vendor = SOURCE / "machine" / "ui" / "static" / "vendor"
    wanted = keeping.fingerprint([code], node.wanted())
    if STAMPS.has("assets", wanted) and vendor.exists():
        return
    from peel.machine.ui.assets import collect

    with steps.step("Styles and scripts") as progress:
        collect(node.MODULES, say=progress.say)
    STAMPS.put("assets", wanted)


def static(steps: Steps, environment: Mapping[str, str]) -> None:
    """Copy, compress and name by content every static file (Django's collectstatic)."""
    wanted = _static_state()
    root = Path(environment.get("PEEL_STATIC", runtime.VAR / "static"))
    if STAMPS.has("static", wanted) and (root / "staticfiles.json").exists():
        return
    with steps.step("Static files"):
        django(["collectstatic", "--noinput", "--verbosity", "0"], environment, "Static files")
    STAMPS.put("static", wanted)


def _static_state() -> str:
    lines = []
    for folder, _, names in os.walk(SOURCE):
        if f"{os.sep}static" in folder:
            for name in names:
                path = Path(folder, name)
                found = path.stat()
                lines.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return keeping.fingerprint([SOURCE / "site" / "settings.py"], *sorted(lines))


def migrate(steps: Steps, environment: Mapping[str, str], stamps: keeping.Stamps | None) -> None:
    """Bring the database to the present schema; skipped when the stamp says that it is."""
    wanted = database.schema_fingerprint()
    if stamps and stamps.has("migrated", wanted):
        return
    with steps.step("Database schema"):
        django(["migrate", "--database", "owner", "--noinput", "--verbosity", "0"],
               environment, "The database could not be migrated")  # fmt: skip
    if stamps:
        stamps.put("migrated", wanted)


def django(arguments: list[str], environment: Mapping[str, str], failure: str) -> None:
    """Run a management command in a process of its own. Raises Trouble with what it said last."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=runtime.ROOT, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env=child_environment(environment),
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        if any("No space left" in line for line in said):
            raise Trouble("The disk is full.", "Free some space, then run the same command again.")
        path = keeping_log(done.stderr)
        raise Trouble(f"{failure}:", "\n  ".join([*said[-3:], f"All of it: {path}"]))


def keeping_log(text: str) -> Path:
    """Write what a failed step said where it can be read."""
    path = runtime.VAR / "log" / "last-failure.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def story(steps: Steps, cluster: Cluster, environment: Mapping[str, str]) -> None:
    """Build the demo's people and records, unless the database has them.

    A build that was cut off leaves half a story: that database is dropped and made anew, which
    is safe because nobody has worked in it yet.
    """
    if cluster.stamps.has("story", "built") or not importlib.util.find_spec("peel.site.demo"):
        return
    if cluster.stamps.has("story", "begun"):
        with steps.step("Clearing half a demo"):
            database.drop_database(cluster, database.DATABASE)
            database.ensure_database(cluster)
            cluster.stamps.put("migrated", "")
            shutil.rmtree(runtime.VAR / "heads", ignore_errors=True)
        migrate(steps, environment, cluster.stamps)
    cluster.stamps.put("story", "begun")
    print("  Building the demo", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "peel", "story"],
        cwd=runtime.ROOT, check=False, stdin=subprocess.DEVNULL,
        env=child_environment(environment),
    )  # fmt: skip
    if done.returncode:
        raise Trouble("The demo could not be built.", "Run ./peel demo again; it begins anew.")
    cluster.stamps.put("story", "built")
