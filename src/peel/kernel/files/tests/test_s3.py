"""The store in S3: the same promises, against a server that speaks the protocol."""

import datetime
import os
import subprocess
import sys
import time
import urllib.request
from uuid import uuid4

import pytest

from peel.kernel.files.backends import Missing, s3
from peel.kernel.files.cipher import PIECE, stored_size
from peel.kernel.files.store import Altered, Reader
from peel.kernel.files.tests.test_store import Held, put
from peel.site.server import ports


@pytest.fixture(scope="module")
def server():
    """moto's server, in a process of its own."""
    port = ports.any_free()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1000):
            try:
                urllib.request.urlopen(url, timeout=30).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def place(server, settings, monkeypatch):
    """A bucket of its own."""
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-2",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = f"evidence-{uuid4().hex[:8]}"
    settings.PEEL_FILES = f"s3://{bucket}/force"
    made = s3.S3(f"{bucket}/force")
    made.client.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    return made


@pytest.mark.parametrize("size", [5, PIECE + 1, 20 * PIECE + 3])
def test_what_goes_in_comes_out_large_ones_in_parts(size, place):
    content = os.urandom(size)
    incoming = put(content)
    assert b"".join(Reader(Held(incoming)).stream()) == content
    assert b"".join(Reader(Held(incoming)).stream(3, size - 1)) == content[3 : size - 1]
    assert place.size(incoming.id) == stored_size(size)
    assert [name for name, _ in place.listed()] == [str(incoming.id)]
    place.remove(incoming.id)
    assert place.size(incoming.id) is None
    with pytest.raises(Missing):
        Reader(Held(incoming)).piece(0)


def test_a_changed_byte_is_located(place):
    incoming = put(os.urandom(2 * PIECE))
    where = {"Bucket": place.bucket, "Key": place.key(incoming.id)}
    stored = bytearray(place.client.get_object(**where)["Body"].read())
    stored[PIECE + 50] ^= 1
    place.client.put_object(**where, Body=bytes(stored))
    with pytest.raises(Altered) as altered:
        list(Reader(Held(incoming)).stream())
    assert altered.value.place == 1


def test_what_is_not_finished_is_not_there_and_is_swept(place):
    name = uuid4()
    sink = place.begin(name)
    sink.write(bytes(s3.PART + 10))
    assert place.size(name) is None
    # This server says of every upload that it began in 2010.
    assert place.sweep(datetime.timedelta(days=365 * 40)) == 0, "a young one is left alone"
    assert place.sweep() == 1
    given_up = place.begin(uuid4())
    given_up.write(bytes(s3.PART + 10))
    given_up.abandon()
    assert place.sweep() == 0
    assert list(place.listed()) == []
