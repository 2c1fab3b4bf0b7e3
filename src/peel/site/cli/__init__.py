"""The commands of `./peel`, one small module each, found by name and imported only when called."""

import importlib
import os
import sys
from dataclasses import dataclass

from ..server.trouble import Trouble, from_os_error

HERE = "peel.site.cli"


@dataclass(frozen=True)
class Command:
    """Where a command's function is, what the help says of it, and whether people call it."""

    function: str
    help: str
    listed: bool = True
    needs_database: bool = False


COMMANDS: dict[str, Command] = {
    "demo": Command(f"{HERE}.demo.run", "a running Peel with a fictional force in it"),
    "up": Command(f"{HERE}.up.run", "serve an installation that has databases of its own"),
    "stop": Command(f"{HERE}.stop.run", "stop whatever of this checkout is running"),
    "doctor": Command(f"{HERE}.doctor.run", "what is missing, and the one command that mends it"),
    "test": Command(f"{HERE}.test.run", "run the tests (arguments to pytest; --debian, --spark)"),
    "check": Command(f"{HERE}.check.run", "format, types, contracts, migrations, size budget"),
    "load": Command(f"{HERE}.load.run", "load files of another system: load police-uk PATH...",
                    needs_database=True),
    "audit": Command("peel.kernel.audit.cli.main", "verify and export the ledger",
                     needs_database=True),
    "files": Command("peel.services.attachments.cli.main", "verify, sweep and rekey stored files",
                     needs_database=True),
    "quality": Command("peel.services.quality.measuring.main",
                       "count what is missing, implausible or there twice: quality measure",
                       needs_database=True),
    "resolution": Command("peel.services.resolution.cli.main",
                          "who is who: train, run, preview, apply, rollback",
                          needs_database=True),
    "explain": Command("peel.site.explain.main", "what a sheet derives",
                       needs_database=True),
    "new": Command(f"{HERE}.new.run", "write a new kind of record: new record module.Name"),
    "reference": Command(f"{HERE}.reference.run", "write docs/reference from the code (--check)"),
    "manage": Command(f"{HERE}.manage.run", "Django's own commands", needs_database=True),
    "shell-env": Command(f"{HERE}.shell_env.run", "variables for a shell, to be read by eval"),
    "lock": Command(f"{HERE}.lock.run", "make the lock files from requirements.in"),
    "assets": Command(f"{HERE}.assets.run", "fetch and lay out what the pages need"),
    "help": Command(f"{HERE}.help.run", "this list"),
    "relay": Command("peel.kernel.base.relay.main", "publish events", False, True),
    "worker": Command("peel.kernel.base.worker.main", "run background jobs", False, True),
    "sealer": Command("peel.kernel.audit.sealer.main", "seal the ledger", False, True),
    "scanner": Command("peel.kernel.files.scanning.simulator.main", "stand in for ClamAV", False),
    "web": Command(f"{HERE}.web.run", "serve the pages", False),
    "story": Command(f"{HERE}.story.run", "build the demo", False),
}  # fmt: skip


def dispatch(arguments: list[str]) -> int:
    """Run the command that `arguments` name; its exit code.

    Failures that can be expected end in plain words on standard error and code 1.
    """
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    name = {"--help": "help", "-h": "help"}.get(name, name)
    command = COMMANDS.get(name)
    if command is None:
        print(f"peel: there is no command `{name}`. The commands: ./peel help", file=sys.stderr)
        return 2
    try:
        return _with_database(command, rest) if command.needs_database else call(command, rest)
    except Trouble as trouble:
        print(f"peel: {trouble}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\npeel: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno is None or "psycopg" in type(error).__module__:
            raise
        print(f"peel: {from_os_error(error)}", file=sys.stderr)
    return 1


def call(command: Command, arguments: list[str]) -> int:
    """Import the module of a command and call it with the words of the command line."""
    module, _, name = command.function.rpartition(".")
    return int(getattr(importlib.import_module(module), name)(arguments) or 0)


def _with_database(command: Command, arguments: list[str]) -> int:
    """Call it with Django ready and, when there is a private server, that server running."""
    from ..server import running

    started = running.use_database()
    try:
        import django

        django.setup()
        return call(command, arguments)
    finally:
        if started:
            running.stop_unless_served()
