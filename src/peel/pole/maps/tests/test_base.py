"""The base map: carried files in parts by Range, and a force's own for whoever is signed in."""

import gzip
import json
import struct

import pytest

from peel.kernel.access.tests.factories import officer, signed_in_client


@pytest.mark.parametrize(
    ("name", "layers", "licence"),
    [
        ("areas", {"boroughs", "pfa", "wards"}, "Open Government Licence v3.0"),
        ("streets", {"roads", "buildings", "water", "green", "rail"}, "OpenStreetMap"),
    ],
)
def test_a_carried_file_is_read_in_parts(client, name, layers, licence):
    where = f"/static/maps/{name}.pmtiles"
    part = client.get(where, headers={"Range": "bytes=0-126", "Accept-Encoding": "gzip"})
    assert part.status_code == 206
    assert part.headers["Content-Range"].startswith("bytes 0-126/")
    assert part.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    head = b"".join(part.streaming_content)
    assert head[:8] == b"PMTiles\x03"
    at, length = struct.unpack("<2Q", head[24:40])
    part = client.get(where, headers={"Range": f"bytes={at}-{at + length - 1}"})
    about = json.loads(gzip.decompress(b"".join(part.streaming_content)))
    assert {layer["id"] for layer in about["vector_layers"]} == layers
    assert licence in about["attribution"]


def test_a_force_has_a_map_of_its_own(database, settings, tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "style.json").write_text('{"version": 8}')
    (tmp_path / "map" / "base.pmtiles").write_bytes(bytes(range(200)))
    (tmp_path / "map" / "notes.txt").write_text("secret")
    (tmp_path / "key.json").write_text("secret")
    client = signed_in_client(officer())
    assert client.get("/maps/base/style.json").status_code == 404
    settings.PEEL_MAP = str(tmp_path / "map")
    assert client.get("/maps/base/style.json").status_code == 200
    part = client.get("/maps/base/base.pmtiles", headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == "bytes 10-19/200"
    for name in ("notes.txt", "../key.json", "%2e%2e/key.json", "none.json", ""):
        assert client.get(f"/maps/base/{name}").status_code == 404, name
