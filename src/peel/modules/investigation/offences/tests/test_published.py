"""The carried reference data is whole, and the words of the carried crimes are all in it."""

import csv
import json
import lzma
from pathlib import Path

import pytest

from peel.modules.investigation.models import Crime
from peel.modules.investigation.offences import build, load
from peel.modules.investigation.offences.published import (
    outcome_texts,
    outcome_types,
    source_categories,
)

CARRIED = Path(__file__).parents[4] / "site" / "demo_data" / "police_uk"


def test_every_code_of_the_source_is_carried():
    version, rows = load.carried()
    codes = [row[0] for row in rows]
    assert version == "2.0.414"
    assert len(codes) == len(set(codes)) == 30_356
    assert codes == sorted(codes)
    assert sum(row[3:5] == ("000", "00") for row in rows) == 15_867
    assert sum(row[6] for row in rows) == 7_333
    assert sum(row[7] for row in rows) == 13_335


@pytest.mark.parametrize(
    ("code", "home_office", "mode", "notifiable"),
    [
        ("COML025", ("001", "01"), "CI", True),
        ("TH68036", ("028", "03"), "CE", True),
        ("TH68010", ("046", "00"), "CE", True),
        ("CJ67002", ("141", "01"), "CS", False),
    ],
)
def test_known_offences(code: str, home_office: tuple[str, str], mode: str, notifiable: bool):
    row = next(row for row in load.carried()[1] if row[0] == code)
    assert row[3:7] == (*home_office, mode, notifiable)


def test_every_mode_of_trial_but_one_has_a_name():
    names = load.modes()
    assert names["CE"] == "Either Way"
    # The source names 24 modes and uses a 25th.
    assert {row[5] for row in load.carried()[1]} - names.keys() == {"CO"}


def test_the_words_of_the_carried_crimes_are_known():
    for path in CARRIED.glob("*.csv.xz"):
        with lzma.open(path, "rt", newline="") as handle:
            for row in csv.DictReader(handle):
                outcome = row.get("Outcome type") or row["Last outcome category"]
                assert not outcome or outcome in outcome_texts()
                assert row.get("Crime type", "Burglary") in source_categories()


def test_a_crime_may_have_every_category():
    field = Crime._meta.get_field("category")
    assert {name for name, _ in field.choices} == set(source_categories())
    assert max(map(len, source_categories())) <= field.max_length


def test_outcomes_point_at_known_types_and_say_what_they_rest_on():
    for outcome in outcome_texts().values():
        assert set(outcome.types) <= outcome_types().keys()
        assert outcome.stage in ("police", "court", "open")
        assert bool(outcome.types) is (outcome.stage != "open")
        assert not outcome.now_called or outcome.now_called in outcome_texts()
    rows = [*outcome_texts().values(), *outcome_types().values(), *source_categories().values()]
    assert {row.basis for row in rows} == {"published", "memory"}
    assert [n for n in outcome_types() if n.isdigit()] == [str(n) for n in range(1, 23)]


def made_package(folder: Path, **changes: object) -> Path:
    entry = {
        "cjsCode": "TH68010",
        "description": "TH68010",
        "homeOfficeClassification": "046/00",
        "notifiableToHo": True,
        "offenceCategory": "CE",
        "offenceTitle": "Theft\tfrom \n a shop",
        "recordableOnPnc": True,
    } | changes
    (folder / "data").mkdir()
    (folder / "package.json").write_text(json.dumps({"version": "9.9.9"}))
    (folder / "data" / "offence-code.json").write_text(json.dumps([entry]))
    modes = [{"cjsCode": "CE", "description": "Either Way "}]
    (folder / "data" / "offence-category.json").write_text(json.dumps(modes))
    return folder


def test_the_data_is_built_from_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for module, name in ((build, "OFFENCES"), (build, "MODES"), (load, "OFFENCES")):
        monkeypatch.setattr(module, name, tmp_path / name)
    assert build.build(made_package(tmp_path)) == 1
    title = "Theft from a shop"
    row = ("TH68010", title, title.upper(), "046", "00", "CE", True, True)
    assert load.carried() == ("9.9.9", [row])


@pytest.mark.parametrize("changes", [{"cjsCode": "a\tb"}, {"notifiableToHo": "yes"}])
def test_a_package_that_is_not_what_it_was_is_refused(tmp_path: Path, changes: dict):
    with pytest.raises(ValueError, match=r"a field holds|not true or false"):
        build.build(made_package(tmp_path, **changes))
