"""The page of a line, its seal, and the proof for a court bundle."""

import json

import pymerkle
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.audit import heads, ledger, merkle
from peel.kernel.audit.sealer import main as seal
from peel.kernel.base.ids import uuid7
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _own_heads(settings, tmp_path):
    settings.PEEL_AUDIT_KEY = tmp_path / "keys" / "audit.pem"
    settings.PEEL_AUDIT_HEADS = tmp_path / "outside" / "heads.jsonl"


@pytest.fixture
def line():
    who = officer("supervisor", name="Asha Patel")
    nominal = scenes.person(who)
    client = signed_in_client(who)
    client.post("/purpose/", {"kind": "typed reason", "text": "Enquiry 17"})
    client.get("/search/?q=okafor")
    found = scenes.rows("select id from audit_line where name = 'site.search'")[0][0]
    return found, who, nominal


def test_it_says_who_when_what_why_and_which(line):
    found, _, nominal = line
    _, auditor = scenes.auditor()
    page = scenes.text_of(auditor.get(f"/audit/lines/{found}/"))
    for words in ("Asha Patel", "Supervisor, from", "127.0.0.1", " UTC", "site.search", "okafor",
                  "Enquiry 17", "A typed reason", nominal.reference, "OKAFOR, Daniel",
                  "Consultation: something was looked at", "Not yet: the sealer"):  # fmt: skip
        assert words in page, words
    assert "Download the inclusion proof" not in page
    assert "None recorded" not in page


def test_versions_stand_beside_what_was_written(line):
    assert line
    _, auditor = scenes.auditor()
    made = scenes.rows("select id from audit_line where name = 'pole.nominal.create'")[0][0]
    page = scenes.text_of(auditor.get(f"/audit/lines/{made}/"))
    assert "Version made" in page
    assert "Collection: something new was recorded" in page


def test_not_sealed_yet_is_said_and_gives_no_proof(line):
    found, *_ = line
    _, auditor = scenes.auditor()
    answer = auditor.get(f"/audit/lines/{found}/proof/")
    assert answer.status_code == 422
    assert "not sealed yet" in scenes.text_of(answer)


def test_the_proof_is_accepted_by_another_program(line):
    found, _, nominal = line
    for _ in range(300):
        ledger.write_apart(act=ledger.Act.CONSULTATION, name="test.fill")
    seal(["--once"])
    me, auditor = scenes.auditor()
    page = scenes.text_of(auditor.get(f"/audit/lines/{found}/"))
    assert "As it was sealed" in page
    assert "Download the inclusion proof" in page
    answer = auditor.get(f"/audit/lines/{found}/proof/")
    assert answer["Content-Disposition"] == f'attachment; filename="line-{found}-proof.json"'
    proof = json.loads(answer.content)
    leaf = merkle.leaf_hash(bytes.fromhex(proof["canonical"]))
    path = [bytes.fromhex(step) for step in proof["path"]]
    size, root = proof["head"]["tree_size"], bytes.fromhex(proof["head"]["root"])
    assert leaf.hex() == proof["leaf"]
    assert merkle.root_from_inclusion(leaf, proof["index"], size, path) == root
    body = json.dumps(proof["head"], sort_keys=True, separators=(",", ":")).encode()
    key = load_pem_public_key(heads.public_key())
    key.verify(bytes.fromhex(proof["signature"]), body)
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for (canonical,) in scenes.rows(
        "select audit.canonical(l) from audit_line l join audit_leaf f"
        " on f.lane = l.lane and f.number = l.number order by f.index limit %s", [size]
    ):  # fmt: skip
        tree.append_entry(bytes(canonical))
    assert tree.get_root() == root
    # Taking it was a disclosure of the records that the line names.
    assert scenes.rows(
        "select act, subjects, user_id from audit_line where name = 'oversight.proof'"
        " and act = 'disclosure'"
    ) == [("disclosure", [nominal.pk], me.user_id)]


def test_a_line_changed_after_its_seal_is_told(line):
    found, *_ = line
    seal(["--once"])
    scenes.rows("update audit_line set name = 'site.home' where id = %s returning id", [found])
    _, auditor = scenes.auditor()
    assert "CHANGED since it was sealed" in scenes.text_of(auditor.get(f"/audit/lines/{found}/"))


def test_erased_words_and_programs_are_told_as_such():
    with_nobody = ledger.write_apart(
        act=ledger.Act.ACCESS, name="access.sign_in", outcome=ledger.Outcome.REFUSED,
        detail={"user": str(uuid7())},
    )  # fmt: skip
    _, auditor = scenes.auditor()
    page = scenes.text_of(auditor.get(f"/audit/lines/{with_nobody}/"))
    for words in ("Nobody signed in", "None, or erased since", "Refused", "Sign-in",
                  "This line names no record."):  # fmt: skip
        assert words in page, words
