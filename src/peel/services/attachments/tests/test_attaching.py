"""Files of a record: brought in, shown, handed out, checked, withdrawn; and seen by nobody else."""

import hashlib
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connections, transaction

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, organisation, signed_in_client, unit
from peel.kernel.files.models import Blob
from peel.kernel.files.scanning import State
from peel.kernel.records import previews
from peel.kernel.records.filed import Attachment, Handover
from peel.machine.commands import NotFound, NotPermitted, Refused, run
from peel.services.attachments import cli, commands
from peel.services.attachments.tests.samples import attached, incoming

pytestmark = pytest.mark.usefixtures("place", "scanner")


def sent(name="note.txt", content=b"Seen at the bridge."):
    return SimpleUploadedFile(name, content)


def bring(client, record, *files, **answers):
    where = f"/pole/nominal/{record.reference}/files/new/"
    return client.post(where, {"marking": "1", "file": list(files), **answers})


def files_of(record):
    return list(
        Attachment.objects.using("worker").filter(record_id=record.pk).order_by("added_at", "pk")
    )


def page_of(record, file, rest=""):
    return f"/pole/nominal/{record.reference}/files/{file.pk}/{rest}"


def body(response):
    return b"".join(response.streaming_content)


def test_a_file_is_brought_in_shown_and_handed_out(client, record):
    content = os.urandom(1_500_000)
    answers = {"description": "The gate", "taken": "14 June 2026", "received_from": "A. Neighbour"}
    response = bring(client, record, sent("gate.bin", content), **answers)
    assert response.status_code == 302, response.content.decode()[-3000:]
    (file,) = files_of(record)
    page = client.get(f"/pole/nominal/{record.reference}/").content.decode()
    digest = hashlib.sha256(content).hexdigest()
    for words in ("gate.bin", "The gate", digest[:16]):
        assert words in page
    page = client.get(page_of(record, file)).content.decode()
    for words in (digest, "A. Neighbour", "14 June 2026", "Brought in", "Checked for viruses"):
        assert words in page
    response = client.get(page_of(record, file, "content/"))
    assert body(response) == content
    assert response["Content-Disposition"].startswith('attachment; filename="gate.bin"')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "application/octet-stream"
    assert "Downloaded" in client.get(page_of(record, file)).content.decode()


def test_the_ledger_names_the_file_and_its_hash(who, record, database):
    file = attached(who, record, content=b"evidence")
    commands_run = {}
    for name, subjects, detail in database.connection.execute(
        "select name, subjects, detail from audit_line where name like 'files.%'"
    ).fetchall():
        commands_run[name] = (subjects, detail)
    subjects, detail = commands_run["files.file.attach"]
    assert subjects == [record.pk]
    assert str(file.pk) in detail
    assert hashlib.sha256(b"evidence").hexdigest() in detail


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=1048570-1048580", 206, slice(1048570, 1048581)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=1500000-", 206, slice(1500000, None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("pages=1-2", 200, slice(None)),
        ("bytes=9-3", 416, None),
        ("bytes=99999999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_a_part_is_handed_out(asked, status, part, who, client, record):
    content = os.urandom(1_600_000)
    file = attached(who, record, "film.mp4", content)
    response = client.get(page_of(record, file, "content/"), HTTP_RANGE=asked)
    assert response.status_code == status
    if part is not None:
        assert body(response) == content[part]
        assert int(response["Content-Length"]) == len(content[part])
    if status == 206:
        assert response["Content-Range"].endswith("/1600000")


def test_a_file_is_seen_by_those_who_see_its_record_only(who, record):
    file = attached(who, record, marking=2)
    stranger = officer(role="detective", of=unit("Elsewhere", of=organisation("Northmarch")))
    low = officer(role="detective", clearance=1)
    for other in (stranger, low):
        client = signed_in_client(other)
        for rest in ("", "content/", "picture/"):
            assert client.get(page_of(record, file, rest)).status_code == 404
        with speaking(other):
            assert not Attachment.objects.exists()
            assert not Blob.objects.exists()
            assert not Handover.objects.exists()
            with connections["default"].cursor() as cursor:
                cursor.execute("select count(*) from records_attachmentevent")
                assert cursor.fetchone() == (0,)
        with pytest.raises(NotFound):
            run(commands.take, other, {"record_id": record.pk, "file_id": file.pk})
    assert "statement.txt" not in signed_in_client(low).get(
        f"/pole/nominal/{record.reference}/"
    ).content.decode()  # fmt: skip


def test_whoever_may_not_bring_files_in_does_not(record, who):
    reader = officer(permissions=["pole.*.view"])
    assert bring(signed_in_client(reader), record, sent()).status_code == 403
    with pytest.raises(NotPermitted):
        attached(reader, record)
    assert files_of(record) == []


def test_stored_content_cannot_be_changed_by_the_web_role(who, record):
    attached(who, record)
    for statement in (
        "update files_blob set size = 1",
        "delete from files_blob",
        "select root from files_blob",
        "select stored_at from files_blob",
        "insert into files_blob (id) values (gen_random_uuid())",
        "update records_attachment set blob_id = gen_random_uuid()",
        "update records_attachment set scan = 'clean'",
        "update records_handover set note = 'x'",
        "delete from records_handover",
        "select * from files_quarantined",
    ):
        with pytest.raises(DatabaseError), speaking(who), connections["default"].cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic("owner"):
        Blob.objects.using("owner").update(size=1)


def test_a_hash_that_one_has_heard_of_opens_nothing(who, record):
    secret = incoming(b"what only the owner has")
    attached(who, record, content=b"what only the owner has")
    with speaking(who), connections["default"].cursor() as cursor:
        cursor.execute(
            "select files.keep(gen_random_uuid(), %s, %s, '', 1, 'x', 'k', 'w', now())",
            [secret.sha256, b"a guess".ljust(32)],
        )
        found = cursor.fetchone()[0]
    assert found != files_of(record)[0].blob_id
    secret.discard()


def test_the_same_content_is_kept_once_an_organisation(who, record, place):
    first, second = (attached(who, record, f"{n}.txt", b"the same") for n in "ab")
    assert first.blob_id == second.blob_id
    assert len(list(place.listed())) == 1
    elsewhere = officer(role="detective", of=unit("Elsewhere", of=organisation("Northmarch")))
    from peel.machine.commands.registry import commands as register

    other = run(register["pole.nominal.create"], elsewhere, {"family_name": "Other"})
    assert attached(elsewhere, other, content=b"the same").blob_id != first.blob_id
    assert len(list(place.listed())) == 2


def test_a_withdrawn_file_stays_listed_and_is_not_handed_out(who, client, record):
    file = attached(who, record)
    where = f"/pole/nominal/{record.reference}/file-withdraw/"
    response = client.post(where, {"which": str(file.pk), "reason": "Wrong man", "version": "1"})
    assert response.status_code == 302
    page = client.get(f"/pole/nominal/{record.reference}/").content.decode()
    assert "Withdrawn" in page
    assert "Wrong man" in page
    reader = officer(permissions=["pole.*.view", "files.file.open"])
    assert signed_in_client(reader).get(page_of(record, file, "content/")).status_code == 422
    assert client.get(page_of(record, file, "content/")).status_code == 200
    with pytest.raises(Refused):
        run(commands.withdraw, who, {"record_id": record.pk, "which": file.pk, "reason": "x"})


def test_a_changed_byte_is_found_and_named(who, client, record, place, capsys):
    file = attached(who, record, "cctv.mp4", os.urandom(2_500_000))
    attached(who, record, "other.txt", b"untouched")
    assert cli.main(["verify"]) == 0
    client.post(page_of(record, file, "check/"))
    path = place.path(file.blob_id)
    path.chmod(0o600)
    with path.open("r+b") as handle:
        handle.seek(1_200_000)
        byte = handle.read(1)
        handle.seek(1_200_000)
        handle.write(bytes([byte[0] ^ 1]))
    capsys.readouterr()
    assert cli.main(["verify"]) == 1
    said = capsys.readouterr().out
    assert f"{record.reference} cctv.mp4" in said
    assert "bytes 1048576 to 2097151" in said
    assert "other.txt" not in said
    client.post(page_of(record, file, "check/"))
    page = client.get(page_of(record, file)).content.decode()
    assert "Checked: unchanged" in page
    assert "Checked: not as it was brought in" in page


def test_a_missing_and_an_extra_object_are_named(who, record, place, capsys):
    file = attached(who, record, "gone.txt", b"here, for now")
    place.path(file.blob_id).unlink()
    stray = incoming(b"known to nobody")
    os.utime(place.path(stray.id), (0, 0))
    assert cli.main(["verify", "--json"]) == 1
    said = capsys.readouterr().out
    assert '"missing"' in said
    assert "gone.txt" in said
    assert str(stray.id) in said
    assert cli.main(["sweep"]) == 0
    assert place.size(stray.id) is None


def test_keys_are_changed_and_every_file_still_opens(who, client, record, settings, capsys):
    file = attached(who, record, content=b"under the old key")
    old = settings.PEEL_FILES_KEYS
    settings.PEEL_FILES_KEYS = ["another secret", *old]
    assert cli.main(["rekey"]) == 0
    settings.PEEL_FILES_KEYS = ["another secret"]
    assert body(client.get(page_of(record, file, "content/"))) == b"under the old key"
    assert cli.main(["verify"]) == 0
    settings.PEEL_FILES_KEYS = old
    assert cli.main(["verify"]) == 1
    assert "no key of this installation opens it" in capsys.readouterr().out


def test_what_could_not_be_scanned_is_held_until_it_has_been(who, client, record, settings, place):
    running, settings.PEEL_FILES_SCANNER = settings.PEEL_FILES_SCANNER, "tcp://127.0.0.1:9"
    assert bring(client, record, sent()).status_code == 302
    (file,) = files_of(record)
    assert file.scan == "held"
    assert client.get(page_of(record, file, "content/")).status_code == 422
    assert previews.scan_again() == 0
    settings.PEEL_FILES_SCANNER = running
    assert as_worker(previews.scan_again) == 1
    assert client.get(page_of(record, file, "content/")).status_code == 200
    settings.PEEL_FILES_SCANNER, settings.PEEL_FILES_UNSCANNED = "tcp://127.0.0.1:9", "refuse"
    response = bring(client, record, sent(content=b"another"))
    assert response.status_code == 422
    assert "could not be checked for viruses" in response.content.decode()
    assert len(files_of(record)) == 1
    assert len(list(place.listed())) == 1


def as_worker(function, *values):
    """Run it as the worker's process does, in which `default` is the worker's role."""
    known = connections.settings["default"]
    kept = {key: known[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    connections["default"].close()
    del connections["default"]
    for key in kept:
        known[key] = connections.settings["worker"][key]
    try:
        return function(*values)
    finally:
        connections["default"].close()
        del connections["default"]
        known.update(kept)


def test_a_picture_is_made_by_the_worker_and_shown(who, client, record):
    from peel.kernel.files.tests.pictures import png

    file = attached(who, record, "gate.png", png(900, 600))
    assert client.get(page_of(record, file, "picture/")).status_code == 404
    as_worker(previews.draw, file.pk)
    as_worker(previews.draw, file.pk)
    response = client.get(page_of(record, file, "picture/"))
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert page_of(record, file, "picture/") in client.get(
        f"/pole/nominal/{record.reference}/"
    ).content.decode()  # fmt: skip
    assert State.CLEAN == "clean"
