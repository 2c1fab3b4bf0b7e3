"""`python -m peel web`: serve the pages, as the supervisor and the browser tests start it."""

import argparse


def run(arguments: list[str]) -> int:
    """Serve on inherited sockets (`--descriptor`) or on a port of this machine's own address."""
    parser = argparse.ArgumentParser(prog="peel web")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--descriptor", type=int, action="append", default=[])
    chosen = parser.parse_args(arguments)
    from ..server.web import main

    return main(chosen.workers, chosen.descriptor, chosen.port)
