"""One private PostgreSQL server: made once, started, found again after a crash, stopped cleanly."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import runtime
from . import binaries, keeping, ports, processes
from .account import Account, server_account
from .trouble import Trouble

SUPERUSER = "peel_superuser"
DURABLE = {"max_wal_size": "2GB", "commit_delay": "0"}
LEAST_SHARE, MOST_SHARE = 128, 8192
THROW_AWAY = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "20s",
}
EVERYWHERE = {
    "listen_addresses": ports.LOCAL,
    "unix_socket_directories": "",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "password_encryption": "scram-sha-256",
}
START_SECONDS = 120
STOP_SECONDS = 60


class Cluster:
    """A data folder, its server and its passwords.

    `name` separates the servers of one checkout (`demo`, `test`); `system` is a folder with
    PostgreSQL's programs, such as /usr/lib/postgresql/15, instead of those that npm brought.
    """

    def __init__(self, name: str, *, durable: bool = True, system: Path | None = None) -> None:
        self.name = name
        self.durable = durable
        self.system = system
        self.notes = runtime.VAR / "postgres" / name
        self.stamps = keeping.Stamps(self.notes / "stamps.json")
        self._account: Account | None = None
        self._binaries: binaries.Binaries | None = None

    @property
    def account(self) -> Account:
        """Whom the server runs as."""
        self._account = self._account or server_account()
        return self._account

    @property
    def home(self) -> Path:
        """Where programs and data lie: `var`, or elsewhere when the server cannot go there."""
        noted = keeping.read_json(self.notes / "home.json")
        if noted.get("var") == str(runtime.VAR) and Path(noted["home"]).is_dir():
            return Path(noted["home"])
        place = runtime.VAR / "postgres" / "home"
        place.mkdir(parents=True, exist_ok=True)
        if not self.account.reaches(place):
            place = Path("/var/lib/peel") / secrets.token_hex(4)
            place.mkdir(parents=True, mode=0o755)
        (place / "belongs-to").write_text(f"{runtime.VAR}\n")
        keeping.write_private(
            self.notes / "home.json", json.dumps({"var": str(runtime.VAR), "home": str(place)})
        )
        return place

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / self.name

    @property
    def log(self) -> Path:
        """What the server says."""
        return runtime.VAR / "log" / f"postgres-{self.name}.log"

    @property
    def binaries(self) -> binaries.Binaries:
        """The programs, copied into place when they have to be."""
        if self._binaries is None:
            if self.system:
                self._binaries = binaries.installed(self.system)
            else:
                with keeping.locked(self.home / "programs.lock"):
                    self._binaries = binaries.embedded(self.home, self.account)
        return self._binaries

    def passwords(self) -> dict[str, str]:
        """The password of each role, made once and readable by us only."""
        path = runtime.VAR / "keys" / f"postgres-{self.name}.json"
        known = keeping.read_json(path)
        missing = [role for role in (SUPERUSER, *ROLES) if role not in known]
        if missing:
            known |= {role: secrets.token_urlsafe(24) for role in missing}
            keeping.write_private(path, json.dumps(known, indent=1))
        return known

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with keeping.locked(self.notes / "lock"):
            yield

    # -- making -----------------------------------------------------------------------------

    def exists(self) -> bool:
        """Whether the data folder was made, to the end."""
        return (self.notes / "home.json").exists() and (self.data / "peel-made").exists()

    def _make(self) -> None:
        """Make the data folder. One that was begun and not finished is made anew."""
        if self.data.exists():
            shutil.rmtree(self.data)
        (self.notes / "stamps.json").unlink(missing_ok=True)
        self.data.mkdir(mode=0o700)
        self.account.own(self.data)
        word = self.home / f"{self.name}.word"
        keeping.write_private(word, self.passwords()[SUPERUSER])
        self.account.own(word)
        command = [
            self.binaries.initdb, "-D", str(self.data), "-U", SUPERUSER, "-E", "UTF8",
            "--auth=scram-sha-256", f"--pwfile={word}", "--no-instructions", *self._locale(),
        ]  # fmt: skip
        if not self.durable:
            command.append("--no-sync")
        try:
            done = subprocess.run(
                command, cwd="/", check=False, capture_output=True, text=True,
                stdin=subprocess.DEVNULL, env=_plain_environment(), **self.account.spawn(),  # type: ignore[call-overload]
            )  # fmt: skip
        finally:
            word.unlink(missing_ok=True)
        if done.returncode:
            raise _refused("PostgreSQL could not make its data folder", done.stdout + done.stderr)
        (self.data / "peel-made").write_text(f"{self.binaries.major}\n")

    def _locale(self) -> list[str]:
        if self.binaries.major >= 17:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        with self._locked():
            if (self.notes / "home.json").exists():
                shutil.rmtree(self.data, ignore_errors=True)
            (self.notes / "stamps.json").unlink(missing_ok=True)

    # -- running ----------------------------------------------------------------------------

    def running(self) -> tuple[int, int] | None:
        """Process id and port of the running server, or None."""
        if not (self.notes / "home.json").exists():
            return None
        pid, port, state = self._postmaster()
        if pid and state == "ready" and self._is_ours(pid):
            return pid, port
        return None

    def _postmaster(self) -> tuple[int, int, str]:
        """Process id, port and state as the server wrote them; zeros when it wrote none."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return 0, 0, ""
        if len(lines) < 8:
            return (int(lines[0]) if lines and lines[0].isdigit() else 0), 0, ""
        return int(lines[0]), int(lines[3] or 0), lines[7].strip()

    def _is_ours(self, pid: int) -> bool:
        return processes.alive(pid) and str(self.data) in processes.command_line(pid)

    @property
    def port(self) -> int:
        """The port of the running server. Raises Trouble when it does not run."""
        if found := self.running():
            return found[1]
        raise Trouble("Peel's own database is not running.", "Start it with: ./peel demo")

    def start(self) -> tuple[int, int]:
        """Make it if need be, start it if it does not run; its process id and port."""
        with self._locked():
            if not self.exists():
                self._make()
            if found := self.running():
                return found
            self._check_major()
            self._clear_stale_lock()
            return self._launch()

    def _check_major(self) -> None:
        made = (self.data / "peel-made").read_text().strip()
        if made != str(self.binaries.major):
            raise Trouble(
                f"PostgreSQL {made}, not {self.binaries.major}, made the data in {self.data}.",
                f"Dump what you need, then remove it with: rm -r {self.data} {self.notes}",
            )

    def _clear_stale_lock(self) -> None:
        """After a power cut the server's lock file may name a number that is now someone else's.

        PostgreSQL sees through most of that by itself, and refuses while an orphan of the old
        server still holds its memory: so orphans are given time to end, and the file goes only
        when its number belongs to a stranger.
        """
        processes.until(lambda: not processes.working_in(self.data), 10)
        for orphan in processes.working_in(self.data):
            os.kill(orphan, signal.SIGQUIT)
        processes.until(lambda: not processes.working_in(self.data), 5)
        pid, _, _ = self._postmaster()
        if pid and processes.alive(pid) and not self._is_ours(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self) -> tuple[int, int]:
        noted = keeping.read_json(self.notes / "port.json").get("port", 0)
        port = noted if noted and ports.is_free(noted) else ports.any_free()
        keeping.write_private(self.notes / "port.json", json.dumps({"port": port}))
        kind = DURABLE | {"shared_buffers": _share()} if self.durable else THROW_AWAY
        settings = EVERYWHERE | kind | {"port": str(port)}
        command = [self.binaries.postgres, "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env=_plain_environment(), **self.account.spawn(),  # type: ignore[call-overload]
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if found := self.running():
                return found
            if server.poll() is not None:
                break
            time.sleep(0.02)
        said = self.log.read_text(errors="replace")[before:]
        raise _refused(f"Peel's own database did not start (its log is {self.log})", said)

    def stop(self) -> bool:
        """Stop the server, letting it write everything down; whether it had been running."""
        found = self.running()
        if not found:
            return False
        with self._locked():
            for number in (signal.SIGINT, signal.SIGQUIT):
                try:
                    os.kill(found[0], number)
                except ProcessLookupError:
                    break
                if processes.until(lambda: not processes.alive(found[0]), STOP_SECONDS, 0.02):
                    break
        return True


ROLES = (
    "peel_owner", "peel_web", "peel_door", "peel_relay", "peel_worker", "peel_loader",
    "peel_sealer", "peel_live",
)  # fmt: skip


def _share() -> str:
    """Memory for the server's own pages: a quarter of all, within limits, as PostgreSQL advises."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{min(max(memory // 4 // 2**20, LEAST_SHARE), MOST_SHARE)}MB"


def _plain_environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "UTC"}


def _refused(what: str, said: str) -> Trouble:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if any("No space left on device" in line for line in lines):
        return Trouble(f"{what}: the disk is full.", "Free some space, then run it again.")
    return Trouble(f"{what}:", "\n  ".join(lines[-6:]) or "It said nothing.")
