"""Offences in the database: loaded once, brought to a new version, found by code or words."""

import time

import pytest

from peel.modules.investigation.offences import load
from peel.modules.investigation.offences.load import find_offences, load_offences
from peel.modules.investigation.offences.models import Offence

pytestmark = pytest.mark.usefixtures("database")


def row(code: str, title: str, *, notifiable: bool = True, home_office: str = "028") -> tuple:
    return (code, title, title.upper(), home_office, "03", "CE", notifiable, True)


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch):
    """Pretend that another version of the source is carried."""

    def carry(number: str, *rows: tuple) -> load.Loaded:
        monkeypatch.setattr(load, "carried", lambda: (number, list(rows)))
        return load_offences()

    return carry


def test_a_second_load_changes_nothing_and_is_quick():
    load_offences()
    begun = time.process_time()
    loaded = load_offences()
    assert loaded == ("2.0.414", 30_356, 0, 0, 0)
    assert time.process_time() - begun < 3
    assert Offence.objects.filter(current=True).count() == 30_356


def test_a_new_version_keeps_what_it_replaces(version):
    load_offences()
    kept, changed = row("TH68036", "Burglary, new words"), row("ZZ99001", "Something new")
    assert version("3.0.0", kept, changed) == ("3.0.0", 2, 1, 1, 30_355)
    old, new = Offence.objects.filter(code="TH68036").order_by("pk")
    assert (old.current, old.source_version) == (False, "2.0.414")
    assert (new.current, new.title) == (True, "Burglary, new words")
    assert not Offence.objects.get(code="TH68010").current


def test_offences_are_found_and_texts_taken_as_they_are():
    load_offences()
    wanted = {
        "TH68036": "TH68036",
        "th68 036": "TH68036",
        "coml025": "COML025",
        "theft from a shop": "TH68010",
        "shop theft": "TH68010",
    }
    assert {text: find_offences(text)[0].code for text in wanted} == wanted
    assert all("%" in offence.title for offence in find_offences("%"))
    for text in ("", "   ", "\x00", "_", "\\", "'; drop table", "x" * 10_000):
        assert find_offences(text) == [], text


def test_what_may_be_recorded_comes_first(version):
    rows = [
        row("AA00001", "Burglary of old", notifiable=False),
        row("AA00002", "Attempted burglary"),
        row("AA00003", "Burglary, dwelling and more words"),
        row("AA00004", "Burglary, dwelling"),
    ]
    version("4.0.0", *rows)
    found = [offence.code for offence in find_offences("burglary")]
    assert found == ["AA00004", "AA00003", "AA00002", "AA00001"]
    assert len(find_offences("a", limit=2)) == 2
