"""Counting everything anew, for the worker by night and for whoever runs Peel at any time."""

import sys
from collections.abc import Sequence

from django.db import connections, transaction


def measure(using: str) -> int:
    """Count every fault anew in one transaction; gives how many there are."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("select quality.measure()")
        return int(cursor.fetchone()[0])


def main(argv: Sequence[str]) -> int:
    """`./peel quality measure`: count now. Returns 0, or 2 for anything else that is asked."""
    if list(argv) != ["measure"]:
        print("usage: ./peel quality measure", file=sys.stderr)
        return 2
    count = measure("loader")
    print(f"Counted: {count:,} fault{'' if count == 1 else 's'}, shown under Data quality.")
    return 0
