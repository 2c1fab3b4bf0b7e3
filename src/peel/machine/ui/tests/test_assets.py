"""The copied assets: nothing that is not ours to use, no absolute address, nothing missing."""

import re
from pathlib import Path

import pytest

from peel.machine.ui import assets

MODULES = Path(__file__).resolve().parents[5] / "node_modules"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (MODULES / "govuk-frontend").is_dir():
        pytest.skip("NOT TESTED: node_modules is absent, so run npm ci")
    place = tmp_path_factory.mktemp("vendor")
    said: list[str] = []
    assert assets.collect(MODULES, place, said.append, force=True) > 5
    assert said
    return place


def everything(place: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in place.rglob("*") if path.is_file())


def test_typeface_and_crown_are_gone(collected: Path) -> None:
    text = everything(collected)
    assert "GDS Transport" not in text
    assert "@font-face" not in text
    assert not re.search(r"crown|crest", text, re.I)
    assert not list(collected.rglob("*.woff*"))


def test_addresses_are_relative_and_lead_somewhere(collected: Path) -> None:
    for sheet in collected.glob("*.css"):
        text = sheet.read_text("utf-8")
        assert "/assets/" not in text
        for address in re.findall(r"url\([\"']?([^)\"']+)", text):
            assert address.startswith("data:") or (collected / address).is_file(), address


def test_style_sheets_keep_their_braces(collected: Path) -> None:
    for sheet in collected.glob("*.css"):
        text = re.sub(r'"[^"]*"', "", sheet.read_text("utf-8"))
        assert text.count("{") == text.count("}")


def test_second_collection_does_nothing(collected: Path) -> None:
    assert assets.collect(MODULES, collected, print) == 0


def test_a_cut_off_collection_is_made_again(collected: Path) -> None:
    (collected / assets.STAMP).unlink()
    assert assets.collect(MODULES, collected, lambda words: None) > 5


def test_absent_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="govuk-frontend"):
        assets.collect(tmp_path, tmp_path / "to", print)
