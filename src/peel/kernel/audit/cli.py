"""`./peel audit …`: verify, export, proof, consistency, key."""

import argparse
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from peel.kernel.audit import completeness, export, heads, ledger, tree

USING = "sealer"
_VERIFIER = Path(__file__).resolve().parents[4] / "tools" / "verify_ledger.py"


def main(argv: Sequence[str]) -> int:
    """Run `./peel audit` with these arguments; 0 all is well, 1 something is wrong, 2 misuse."""
    options = _parser().parse_args(argv)
    try:
        result: int = options.run(options)
    except (LookupError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="peel audit", description="The audit ledger.")
    commands = parser.add_subparsers(required=True)
    verify = commands.add_parser("verify", help="check the whole ledger against the outside heads")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)
    written = commands.add_parser("export", help="write the ledger out for tools/verify_ledger.py")
    written.add_argument("directory", type=Path)
    written.set_defaults(run=_export)
    proof = commands.add_parser("proof", help="prove one line to be in the signed tree (JSON)")
    proof.add_argument("line", type=UUID)
    proof.set_defaults(run=_proof)
    consistency = commands.add_parser("consistency", help="prove one tree to extend another (JSON)")
    consistency.add_argument("first", type=int)
    consistency.add_argument("second", type=int)
    consistency.set_defaults(run=_consistency)
    key = commands.add_parser("key", help="print the public key that checks the heads")
    key.set_defaults(run=_key)
    return parser


def _connection() -> BaseDatabaseWrapper:
    if USING not in connections:
        raise ValueError("Set PEEL_DATABASE_SEALER_URL: this command runs under the sealer's role.")
    return connections[USING]


def _account(act: ledger.Act, name: str, **detail: Any) -> None:
    """The ledger does not leave the house without a line, whoever takes it out."""
    with transaction.atomic(using=USING):
        ledger.write(act=act, name=name, detail=detail, using=USING)


def _verify(options: argparse.Namespace) -> int:
    connection = _connection()
    _account(ledger.Act.CONSULTATION, "audit.verify")
    copies = [path for path in heads.outside_paths() if path.exists()]
    with tempfile.TemporaryDirectory(prefix="peel-ledger-") as place:
        export.write(connection, Path(place))
        started = time.perf_counter()
        report = verifier().verify(Path(place), heads.public_key(), copies)
        took = time.perf_counter() - started
    lines = report["lines"] + report["unsealed"]
    report |= {
        "seconds": round(took, 3),
        "lines_per_second": round(lines / took),
        "texts": _wrong_texts(connection),
        "missing": completeness.missing(connection),
    }
    wrong = len(report["found"]) + len(report["texts"]) + len(report["missing"])
    if options.json:
        print(json.dumps(report))
    else:
        _say(report, wrong)
    return 1 if wrong else 0


def _say(report: dict[str, Any], wrong: int) -> None:
    for each in report["found"]:
        print("{kind}: lane {lane}, {first} to {last} {id} {say}".format(**each))
    for sentence in report["texts"] + report["missing"]:
        print(sentence)
    print(
        f"{report['lines']} sealed lines and {report['unsealed']} not yet sealed, checked in"
        f" {report['seconds']} s ({report['lines_per_second']} a second): "
        + (f"{wrong} things are wrong." if wrong else "all is well.")
    )


def _wrong_texts(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select line_id, kind from audit.wrong_texts()")
        return [f"The {kind} text of {line} is not what was typed" for line, kind in cursor]


def verifier() -> Any:
    """The stand-alone verifier as a module: the one and only implementation of the checks."""
    if (folder := str(_VERIFIER.parent)) not in sys.path:
        # Its worker processes find the module by name.
        sys.path.append(folder)
    return importlib.import_module(_VERIFIER.stem)


def _export(options: argparse.Namespace) -> int:
    _account(ledger.Act.DISCLOSURE, "audit.export", directory=str(options.directory))
    count = export.write(_connection(), options.directory)
    (options.directory / "audit.pem").write_bytes(heads.public_key())
    print(f"{count} lines are in {options.directory}. Check them with:")
    copies = " ".join(f"--heads {path}" for path in heads.outside_paths())
    print(f"tools/verify_ledger.py {options.directory} --key YOUR-COPY-OF-THE-KEY {copies}")
    return 0


def _proof(options: argparse.Namespace) -> int:
    _account(ledger.Act.CONSULTATION, "audit.proof", line=str(options.line))
    print(json.dumps(tree.inclusion_proof(_connection(), options.line), indent=1))
    return 0


def _consistency(options: argparse.Namespace) -> int:
    proof = tree.consistency_proof(_connection(), options.first, options.second)
    print(json.dumps(proof, indent=1))
    return 0


def _key(_: argparse.Namespace) -> int:
    print(heads.public_key().decode(), end="")
    return 0
