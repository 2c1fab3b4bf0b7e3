"""The store: in and out, whole and in part; a changed byte is found and named; keys turn."""

import hashlib
import os
import subprocess
import sys
import time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from peel.kernel.files import backends, hashing, keys
from peel.kernel.files.backends.local import Folder
from peel.kernel.files.cipher import PIECE, SEALED, TAG, stored_size
from peel.kernel.files.scanning import State
from peel.kernel.files.store import Altered, Empty, Reader, TooLarge, Writer


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PEEL_FILES = f"file://{tmp_path}"
    return Folder(tmp_path)


class Held:
    """What a row of the database would say of a content."""

    def __init__(self, incoming):
        self.id, self.size = incoming.id, incoming.size
        self.key_id, self.wrapped_key = incoming.key_id, incoming.wrapped_key


def put(content, **options):
    writer = Writer(**options)
    for start in range(0, len(content), 70_001):
        writer.write(content[start : start + 70_001])
    return writer.finish()


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_what_goes_in_comes_out(size, folder):
    content = os.urandom(size)
    incoming = put(content)
    assert b"".join(Reader(Held(incoming)).stream()) == content
    assert incoming.sha256 == hashlib.sha256(content).digest()
    assert folder.size(incoming.id) == stored_size(size)
    assert folder.path(incoming.id).stat().st_mode & 0o777 == 0o400


@given(st.integers(0, 2 * PIECE + 10), st.integers(0, 2 * PIECE + 10))
@hypothesis_settings(max_examples=25, deadline=None)
def test_any_part_can_be_read(start, end):
    content = _CONTENT
    reader = Reader(Held(put(content)))
    assert b"".join(reader.stream(start, end)) == content[start:end]


_CONTENT = os.urandom(2 * PIECE + 10)


def test_content_lies_there_encrypted(folder):
    incoming = put(b"the sergeant's statement " * 1000)
    assert b"sergeant" not in folder.path(incoming.id).read_bytes()
    assert put(b"same").wrapped_key != put(b"same").wrapped_key


@pytest.mark.parametrize("where", [0, PIECE + 100, SEALED * 2 + 7])
def test_a_changed_byte_is_located(where, folder):
    incoming = put(os.urandom(3 * PIECE))
    path = folder.path(incoming.id)
    path.chmod(0o600)
    stored = bytearray(path.read_bytes())
    stored[where] ^= 1
    path.write_bytes(stored)
    with pytest.raises(Altered) as altered:
        list(Reader(Held(incoming)).stream())
    assert altered.value.place == where // SEALED


def test_pieces_cannot_be_swapped_or_cut_off(folder):
    incoming = put(os.urandom(3 * PIECE))
    path = folder.path(incoming.id)
    path.chmod(0o600)
    whole = path.read_bytes()
    path.write_bytes(whole[SEALED : 2 * SEALED] + whole[:SEALED] + whole[2 * SEALED :])
    with pytest.raises(Altered):
        Reader(Held(incoming)).piece(0)
    path.write_bytes(whole[: 2 * SEALED])
    held = Held(incoming)
    held.size = 2 * PIECE
    with pytest.raises(Altered):
        Reader(held).piece(1)


def test_too_large_and_empty_leave_nothing(folder):
    with pytest.raises(TooLarge):
        put(bytes(5000), most=4999)
    with pytest.raises(Empty):
        Writer().finish()
    Writer().write(b"forgotten")
    assert list(folder.incoming.glob("*")) == []
    assert list(folder.listed()) == []


def test_without_a_scanner_nothing_is_known():
    assert put(b"x").verdict.state is State.UNKNOWN


def test_keys_turn(settings):
    incoming = put(b"old")
    held = Held(incoming)
    settings.PEEL_FILES_KEYS = ["a new secret", *settings.PEEL_FILES_KEYS]
    assert b"".join(Reader(held).stream()) == b"old"
    assert keys.current_id() != held.key_id
    settings.PEEL_FILES_KEYS = ["a new secret"]
    with pytest.raises(keys.KeyMissing):
        Reader(held)


def test_a_key_is_bound_to_its_file():
    key_id, wrapped = keys.wrap(bytes(32), b"one")
    with pytest.raises(keys.KeyMissing):
        keys.unwrap(key_id, wrapped, b"another")


def test_the_tree_is_that_of_rfc_9162():
    leaves = [hashing.leaf(bytes([n])) for n in range(3)]
    pair = hashlib.sha256(b"\1" + leaves[0] + leaves[1]).digest()
    assert hashing.root(leaves) == hashlib.sha256(b"\1" + pair + leaves[2]).digest()
    assert hashing.root([]) == hashlib.sha256().digest()
    assert hashing.split(b"".join(leaves)) == leaves


CRASH = """
import sys, time
from django.conf import settings
settings.configure(PEEL_FILES=sys.argv[1], PEEL_FILES_KEYS=["k"], PEEL_FILES_MOST_BYTES=1 << 30,
                   PEEL_FILES_SCANNER="", INSTALLED_APPS=["peel.kernel.access",
                   "peel.kernel.files", "django.contrib.auth", "django.contrib.contenttypes"],
                   AUTH_USER_MODEL="access.User")
import django; django.setup()
from peel.kernel.files.store import Writer
writer = Writer()
writer.write(bytes(3 << 20))
print("half way", flush=True)
time.sleep(600)
"""


def test_a_killed_writer_leaves_nothing_but_what_is_swept(folder, settings):
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, settings.PEEL_FILES], stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "src"},
    )  # fmt: skip
    assert process.stdout.readline() == b"half way\n"
    assert len(list(folder.incoming.glob("*"))) == 1
    assert folder.sweep() == 0, "a live writer is left alone"
    process.kill()
    process.wait()
    process.stdout.close()
    assert list(folder.listed()) == []
    deadline = time.monotonic() + 60
    while not folder.sweep() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(folder.incoming.glob("*")) == []


def test_an_object_is_missing_until_it_is_whole(folder):
    name = uuid4()
    sink = folder.begin(name)
    sink.write(b"x" * 100)
    assert folder.size(name) is None
    with pytest.raises(backends.Missing):
        folder.read(name, 0, 1)
    sink.commit()
    sink.abandon()
    assert folder.read(name, 10, 1000) == b"x" * 90
    assert [UUID(each) for each, _ in folder.listed()] == [name]
    assert TAG == 16
