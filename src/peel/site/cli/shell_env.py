"""`./peel shell-env`: the variables with which Django and psql reach the database."""

import os
import shlex

from .. import runtime
from ..server import database, running


def run(arguments: list[str]) -> int:
    """Print `export` lines for a shell."""
    running.use_database()
    names = ["DJANGO_SETTINGS_MODULE", *(name for name, _ in database.VARIABLES.values())]
    print(f"export PYTHONPATH={shlex.quote(str(runtime.ROOT / 'src'))}")
    for name in names:
        if name in os.environ:
            print(f"export {name}={shlex.quote(os.environ[name])}")
    return 0
