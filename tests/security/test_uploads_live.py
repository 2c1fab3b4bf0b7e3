"""Uploads against the served site: read as they arrive, refused at once, cut off without trace."""

import http.client
import os
import re
import shutil
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from peel.kernel.access.tests.factories import signed_in_client
from peel.kernel.files.backends.local import Folder
from peel.kernel.records.filed import Attachment
from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_nominal

BOUNDARY = "peel-boundary"
HEAD = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="


class Caller:
    """Somebody signed in, who speaks HTTP by hand."""

    def __init__(self, url):
        self.place = urlsplit(url)
        who = officer_with_password("amara")
        self.record = make_nominal(who)
        self.path = f"/pole/nominal/{self.record.reference}/files/new/"
        client = signed_in_client(who)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        page, headers = self.ask("GET", self.path)[1:]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        self.cookies += "; " + headers["Set-Cookie"].split(";")[0]

    def ask(self, method, path, body=None, **headers):
        talk = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=120)
        sent = {"Cookie": self.cookies, **{k.replace("_", "-"): v for k, v in headers.items()}}
        talk.request(method, path, body, sent, encode_chunked=body is not None and "__iter__" in
                     dir(body) and not isinstance(body, bytes))  # fmt: skip
        answer = talk.getresponse()
        content = answer.read().decode("utf-8", "replace")
        talk.close()
        return answer.status, content, answer.headers

    def begin(self, length, name="film.mp4"):
        """A connection on which the head of an upload has been sent."""
        line = socket.create_connection((self.place.hostname, self.place.port), 30)
        line.sendall(
            f"POST {self.path} HTTP/1.1\r\nHost: {self.place.netloc}\r\nCookie: {self.cookies}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n".encode()
        )
        return line, self.form(name)

    def form(self, name="film.mp4"):
        """What stands before the content."""
        fields = f'{HEAD}"csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n{HEAD}"marking"\r\n\r\n1\r\n'
        return f'{fields}{HEAD}"file"; filename="{name}"\r\n\r\n'.encode()


@pytest.fixture
def caller(live_server_url, database):
    return Caller(live_server_url)


@pytest.fixture
def folder():
    found = Folder(settings.PEEL_FILES.removeprefix("file://"))
    shutil.rmtree(found.root, ignore_errors=True)
    return found


def answer_of(line):
    said = b""
    while b"\r\n\r\n" not in said or len(said) < 3000:
        more = line.recv(65536)
        if not more:
            break
        said += more
    return said.decode("utf-8", "replace")


def kept():
    return list(Attachment.objects.using("worker").select_related("blob"))


def memory_of(marker):
    """The resident bytes of the processes of this tree that serve the pages."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            line = (status.parent / "cmdline").read_bytes()
            if marker in line:
                size = re.search(r"VmRSS:\s+(\d+)", status.read_text())
                found = max(found, int(size[1]) * 1024 if size else 0)
        except OSError:
            continue
    return found


END = f"\r\n--{BOUNDARY}--\r\n".encode()


def test_five_gigabytes_are_refused_before_they_are_sent(caller, folder):
    before = time.monotonic()
    line, form = caller.begin("Content-Length: 5368709120")
    line.sendall(form + bytes(1000))
    said = answer_of(line)
    line.close()
    assert said.startswith("HTTP/1.1 413")
    assert "The largest file that Peel takes is" in said
    assert time.monotonic() - before < 60
    assert kept() == []
    assert list(folder.incoming.glob("*")) == []


def test_an_upload_that_is_cut_off_leaves_nothing(caller, folder):
    line, form = caller.begin("Content-Length: 50000000")
    line.sendall(form + os.urandom(3_000_000))
    wait(lambda: list(folder.incoming.glob("*")))
    line.close()
    wait(lambda: not list(folder.incoming.glob("*")))
    assert kept() == []
    assert list(folder.listed()) == []


def wait(true, seconds=90):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "in vain"
        time.sleep(0.05)


def test_a_large_upload_goes_through_without_growing(caller, folder, tmp_path):
    """Sent in chunks without a length: never whole in memory, and never in plain on the disk."""
    port = str(caller.place.port).encode()
    before = memory_of(b"web\0--port\0" + port)
    line, form = caller.begin("Transfer-Encoding: chunked")
    marker = b"A SENTENCE THAT MUST NOT LIE ABOUT " * 2000

    def chunk(data):
        line.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    chunk(form)
    grown = 0
    for _ in range(900):
        chunk(marker)
        grown = max(grown, memory_of(b"web\0--port\0" + port) - before) if _ % 100 == 0 else grown
    chunk(END)
    chunk(b"")
    assert answer_of(line).startswith("HTTP/1.1 302")
    line.close()
    (file,) = kept()
    assert file.blob.size == 900 * len(marker)
    assert grown < 40_000_000
    sealed = folder.path(file.blob_id).read_bytes()
    assert b"A SENTENCE" not in sealed
    for place in (Path("/tmp"), folder.incoming):
        for path in place.glob("*"):
            assert not path.is_file() or b"A SENTENCE" not in path.read_bytes()


def test_another_body_is_not_written_to_the_disk(caller):
    status, said, _ = caller.ask(
        "POST", "/purpose/", bytes(6_000_000),
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert status == 413
    assert "more than Peel takes" in said


def test_a_download_arrives_in_order(caller, folder):
    content = os.urandom(3_500_000)
    body = caller.form("big.bin") + content + END
    status, _, _ = caller.ask(
        "POST", caller.path, body,
        Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
    )  # fmt: skip
    assert status == 302
    (file,) = kept()
    assert file.scan == "held"
    Attachment.objects.using("worker").filter(pk=file.pk).update(scan="clean")
    talk = http.client.HTTPConnection(caller.place.hostname, caller.place.port, timeout=120)
    where = caller.path.replace("/new/", f"/{file.pk}/content/")
    for asked, part in ((None, content), ("bytes=1000000-2500000", content[1000000:2500001])):
        headers = {"Cookie": caller.cookies} | ({"Range": asked} if asked else {})
        talk.request("GET", where, headers=headers)
        answer = talk.getresponse()
        assert answer.status == (206 if asked else 200)
        assert answer.read() == part
    talk.close()
