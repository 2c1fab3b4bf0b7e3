"""The `peel` command: `./peel NAME ...` ends up here, inside the virtual environment."""

import sys

from peel.site.cli import dispatch

if __name__ == "__main__":
    sys.exit(dispatch(sys.argv[1:]))
