"""`./peel files …`: verify, sweep, text, rekey."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connections, transaction

from peel.kernel.audit import ledger
from peel.kernel.files import checking, keys, tasks
from peel.kernel.files.checking import USING, Fault
from peel.kernel.records.filed import Attachment
from peel.services.attachments import texts
from peel.services.attachments.models import FileText


def main(argv: Sequence[str]) -> int:
    """Run `./peel files` with these arguments; 0 all is well, 1 something is wrong, 2 misuse."""
    parser = argparse.ArgumentParser(prog="peel files", description="The store of files.")
    commands = parser.add_subparsers(required=True)
    verify = commands.add_parser("verify", help="read every file and name those that are wrong")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)
    sweep = commands.add_parser("sweep", help="remove what interrupted uploads left behind")
    sweep.set_defaults(run=_sweep)
    text = commands.add_parser("text", help="read the words of files that nobody has read yet")
    text.add_argument("--again", action="store_true", help="and of those that could not be read")
    text.set_defaults(run=_text)
    rekey = commands.add_parser("rekey", help="wrap every file's key under the key in use")
    rekey.set_defaults(run=_rekey)
    options = parser.parse_args(argv)
    try:
        result: int = options.run(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return result


def _account(act: ledger.Act, name: str, **detail: Any) -> None:
    with transaction.atomic(using=USING):
        ledger.write(act=act, name=name, detail=detail, using=USING)


def _verify(options: argparse.Namespace) -> int:
    read = {"files": 0, "bytes": 0}

    def seen(blob: Any) -> None:
        read["files"] += 1
        read["bytes"] += blob.size

    faults = [_named(fault) for fault in checking.check_all(seen)]
    _account(ledger.Act.CONSULTATION, "files.verify", **read, wrong=len(faults))
    if options.json:
        print(json.dumps({**read, "faults": faults}))
    else:
        for fault in faults:
            for name in fault["names"] or ["(no record's file)"]:
                print(f"{name} [{fault['id']}]: {fault['words']}")
        end = f"{len(faults)} things are wrong." if faults else "all is well."
        print(f"{read['files']} stored files, {read['bytes']} bytes, read to the end: {end}")
    return 1 if faults else 0


def _named(fault: Fault) -> dict[str, Any]:
    """A fault with the names of the files that it concerns, and their records' references."""
    names: list[str] = []
    if fault.kind != "extra":
        files = Attachment.objects.using(USING).select_related("record")
        held = [(f, "") for f in files.filter(blob_id=fault.id)]
        held += [(f, " (its small picture)") for f in files.filter(preview__blob_id=fault.id)]
        held += [(f, " (its large picture)") for f in files.filter(preview__large__id=fault.id)]
        names = [f"{file.record.reference} {file.name}{what}" for file, what in held]
    return {"id": fault.id, "kind": fault.kind, "spans": fault.spans, "words": fault.words,
            "names": sorted(names)}  # fmt: skip


def _sweep(_: argparse.Namespace) -> int:
    gone = tasks.sweep()
    print(f"{gone} unfinished or unknown objects removed.")
    return 0


def _text(options: argparse.Namespace) -> int:
    """One file in one transaction, so that it can be broken off and begun again."""
    waiting = list(texts.unread(USING))
    if options.again:
        failed = FileText.objects.using(USING).exclude(
            state__in=("read", "empty", "none", "no_program")
        )
        waiting += [key for key in failed.values_list("pk", flat=True) if key not in waiting]
    done: Counter[str] = Counter()
    for key in waiting:
        with transaction.atomic(using=USING):
            done[texts.read(key, using=USING, again=True) or "gone"] += 1
    told = ", ".join(f"{state} {count}" for state, count in sorted(done.items()))
    print(f"{len(waiting)} files looked at{': ' + told if told else ''}.")
    return 0


def _rekey(_: argparse.Namespace) -> int:
    done = lost = 0
    with connections[USING].cursor() as cursor:
        for blob in checking.everything():
            if blob.key_id == keys.current_id():
                continue
            try:
                data_key = keys.unwrap(blob.key_id, blob.wrapped_key, blob.id.bytes)
            except keys.KeyMissing as missing:
                print(f"{blob.id}: {missing}", file=sys.stderr)
                lost += 1
                continue
            key_id, wrapped = keys.wrap(data_key, blob.id.bytes)
            cursor.execute("select files.rewrap(%s, %s, %s, %s)",
                           [blob.id, blob.key_id, key_id, wrapped])  # fmt: skip
            done += 1
    _account(ledger.Act.ALTERATION, "files.rekey", done=done, lost=lost)
    print(f"{done} keys wrapped anew under {keys.current_id()}; {lost} could not be opened.")
    return 1 if lost else 0
