"""The partials: what is shown, never as markup, with the words that a phone and a reader need."""

import datetime
from typing import Any

import pytest
from django.template.loader import render_to_string

from peel.machine.ui import parts
from peel.machine.ui.samples import SampleBody, SampleRow, samples

NASTY = '"><script>x</script>'
NOW = datetime.datetime(2026, 7, 1, 13, 5, tzinfo=datetime.UTC)


def draw(name: str, **context: Any) -> str:
    return " ".join(render_to_string(f"ui/partials/{name}.html", context).split())


def test_table_escapes_every_place() -> None:
    cells = [NASTY, parts.Cell(NASTY, href=NASTY, hint=NASTY), parts.Cell(NASTY, tag="blue"), 5]
    columns = [parts.Column(NASTY, href=NASTY)] * 4
    found = draw("table", table=parts.Table(NASTY, columns, [parts.Row(cells, href=NASTY)]))
    assert "<script>" not in found
    assert found.count("&lt;script&gt;") >= 8


def test_table_says_how_it_is_sorted_and_labels_each_cell() -> None:
    columns = [
        parts.Column("Name", "?sort=name", "ascending"),
        parts.Column("Seen", "?sort=seen"),
        parts.Column("Loss", numeric=True),
    ]
    found = draw("table", table=parts.Table("People", columns, [parts.Row(["A", NOW, 3])]))
    assert 'aria-sort="ascending"' in found
    assert 'aria-sort="none"' in found
    assert 'data-label="Seen"' in found
    assert "1 July 2026, 14:05" in found
    assert 'data-label="Loss" class="peel-table__number"' in found


def test_table_without_rows_says_so() -> None:
    assert "No crime fits" in draw("table", table=parts.Table("C", [], [], "No crime fits."))


def test_row_tells_that_it_is_restricted() -> None:
    row = parts.Row(["A"], restricted=True, marking="SECRET")
    found = draw("table", table=parts.Table("C", [parts.Column("Name")], [row]))
    assert "Restricted" in found
    assert "peel-marking--3" in found


def test_facet_that_is_chosen_says_what_its_link_does() -> None:
    options = [parts.FacetOption("Open", "3", "?", chosen=True), parts.FacetOption("Shut", "", "?")]
    found = draw("facets", facets=[parts.Facet("State", options)], clear="?")
    assert "Remove filter: " in found
    assert 'aria-current="true"' in found
    assert "Clear all filters" in found


def test_pager_has_no_page_numbers_and_only_links_that_lead_somewhere() -> None:
    found = draw("pager", pager=parts.Pager(next="?after=x", total="more than 10,000 crimes"))
    assert found.count("<a ") == 1
    assert "more than 10,000" in found


def test_history_shows_old_and_new_in_london_time() -> None:
    change = parts.Change("State", "Recorded", NASTY)
    found = draw("history", entries=[parts.HistoryEntry(2, NOW, "PC 1", "Edited", [change])])
    assert "1 July 2026, 14:05" in found
    assert "<del>Recorded</del>" in found
    assert "<script>" not in found


def test_panel_shows_count_rows_and_actions() -> None:
    rows = (SampleRow(("Joan", "Victim"), "#", "", (("End", "/end"),)),)
    body = SampleBody(("Name", "Role"), rows, 1, (("Link a person", "/link"),))
    found = draw("panel", title="People", body=body)
    assert ">1</span>" in found
    assert 'href="/end"' in found
    assert 'href="/link"' in found


@pytest.mark.parametrize("sides", [("yours", "theirs")])
def test_conflict_offers_both_and_keeps_what_agrees(sides: tuple[str, str]) -> None:
    found = draw("conflict", conflict=samples(NOW)["conflict"])
    for side in sides:
        assert f'id="title-{side}"' in found
    assert '<input type="hidden" name="category" value="1">' in found
    assert 'name="version" value="4"' in found


def test_summary_names_the_source() -> None:
    found = draw("summary", sections=samples(NOW)["sections"])
    assert "Statement of 3 November 2026" in found
    assert "peel-none" in found
