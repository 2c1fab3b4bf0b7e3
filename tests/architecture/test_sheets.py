"""Every name in a sheet exists: a wrong one is named at start-up and by `./peel check`."""

import dataclasses
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core import checks

from peel.machine import registry
from peel.machine.checks import check_sheets, faults
from peel.machine.flows import Flow, Move, State
from peel.machine.sheets import Column, Numbers, Section

MOST_KEYS = 18


def sheet():
    return registry.sheet_of("investigation.crime")


def test_the_sheets_are_without_fault():
    assert [fault for each in registry.sheets() for fault in faults(each)] == []


def test_every_kind_has_a_picture():
    drawn = Path(finders.find("peel/icons.svg")).read_text(encoding="utf-8")
    assert {s.icon for s in registry.sheets() if f'<symbol id="{s.icon}"' not in drawn} == set()


def test_a_sheet_has_at_most_eighteen_keys():
    assert len(dataclasses.fields(sheet())) <= MOST_KEYS


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ({"columns": (Column("colour"),)}, "columns names 'colour'"),
        ({"sections": (Section("Look", ("colour",)),)}, "sections names 'colour'"),
        ({"facets": ("colour",)}, "facets names 'colour'"),
        ({"facets": ("title",)}, "facet 'title' is not a column of its own table"),
        ({"natural_key": ("colour",)}, "natural_key names 'colour'"),
        ({"numbers": Numbers("cr")}, "not capital letters"),
        ({"numbers": Numbers("NM")}, "share the prefix 'NM'"),
        ({"flow": Flow((State("a", "A"), State("b", "B")), ())}, "state 'b' cannot be reached"),
        ({"flow": Flow((State("a", "A"),), (Move("go", "Go", ("a",), "z"),))}, "unknown state 'z'"),
    ],
)
def test_a_wrong_name_in_a_sheet_is_refused(planted, named, monkeypatch):
    wrong = dataclasses.replace(sheet(), **planted)
    monkeypatch.setitem(registry._sheets, wrong.kind, wrong)
    assert any(named in fault for fault in faults(wrong)), faults(wrong)
    assert any(isinstance(said, checks.Error) and named in said.msg for said in check_sheets())
