"""`./peel reference`: writes docs/reference/ from the code; `--check` says what is out of date."""

import argparse
import os

from .. import runtime

FOLDER = runtime.ROOT / "docs" / "reference"


def run(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only compare: 1 when one differs."""
    parser = argparse.ArgumentParser(prog="./peel reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    chosen = parser.parse_args(arguments)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
    django.setup()
    from ..reference import pages

    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not chosen.check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{'differs' if chosen.check else 'wrote'}  docs/reference/{name}")
    if stale and chosen.check:
        print("Write them anew with: ./peel reference")
    return 1 if stale and chosen.check else 0
