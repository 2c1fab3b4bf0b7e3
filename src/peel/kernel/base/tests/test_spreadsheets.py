"""Tables as files: nothing in them runs, numbers and dates are themselves, memory stays flat."""

import csv
import datetime
import io
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from peel.kernel.base.spreadsheets import CSVWriter, XLSXWriter, xlsx

LONDON_SUMMER = datetime.datetime(2026, 7, 1, 12, 30, tzinfo=datetime.UTC)
ABOUT = [("Rows", "1"), ("Whole", "Yes")]
LIKE_FORMULAS = st.builds(
    "".join, st.tuples(st.sampled_from(["=", "+", "-", "@", "\t=", "\r", " =", "＝"]), st.text())
)


def workbook(rows, headings=("One",), marking="SECRET"):
    writer = XLSXWriter()
    made = writer.head("Crimes", list(headings)) + writer.rows(rows)
    return made + writer.tail(ABOUT, marking)


def opened(data):
    return load_workbook(io.BytesIO(data))


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@given(st.one_of(st.text(alphabet=st.characters(codec="utf-8")), LIKE_FORMULAS))
def test_no_text_begins_a_formula(text):
    written = read_csv(CSVWriter().rows([[text, "x"]]))[0][0]
    assert not re.match(r"\s*[=+\-@\t\r\n＝＋－＠]", written)
    assert written in (text, f"'{text}")
    if re.match(r"\s*[=+\-@]", text):
        assert written.startswith("'")


@given(st.one_of(st.text(alphabet=st.characters(codec="utf-8"), max_size=200), LIKE_FORMULAS))
def test_a_workbook_keeps_text_as_text(text):
    sheet = opened(workbook([[text, "x"]]))["Crimes"]
    cell = sheet.cell(2, 1)
    assert cell.data_type in ("s", "n", "inlineStr")
    read = (cell.value or "").replace("_x000D_", "\r").replace("_x005F_x", "_x")
    allowed = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    assert read.replace("\r\n", "\n") == allowed.replace("\r\n", "\n") or "\r" in text
    if text[:1] in "=+-@" and text:
        assert cell.quotePrefix


def test_numbers_stay_numbers_and_dates_dates():
    row = [-5, Decimal("1.50"), 10**16, datetime.date(2026, 3, 27), LONDON_SUMMER, None, ""]
    cells = list(opened(workbook([row], "abcdefg"))["Crimes"].values)[1]
    assert cells[:3] == (-5, 1.5, "1" + "0" * 16)
    assert cells[3] == datetime.datetime(2026, 3, 27)
    assert cells[4] == datetime.datetime(2026, 7, 1, 13, 30)
    assert cells[5:] == (None, None)
    plain = read_csv(CSVWriter().rows([row]))[0]
    assert plain == ["-5", "1.50", "1" + "0" * 16, "2026-03-27", "2026-07-01 13:30", "", ""]


def test_days_before_excels_calendar_stay_readable():
    cells = list(opened(workbook([[datetime.date(1888, 8, 31)]]))["Crimes"].values)[1]
    assert cells == ("1888-08-31",)


def test_the_last_sheet_says_what_it_is_and_pages_bear_the_marking():
    book = opened(workbook([["x"]]))
    assert book.sheetnames == ["Crimes", "About this export"]
    assert list(book["About this export"].values)[1:] == [("Rows", "1"), ("Whole", "Yes")]
    assert book["Crimes"].oddHeader.center.text == "SECRET"


def test_a_sheet_that_is_full_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS", 3)
    writer = XLSXWriter()
    data = writer.head("Crimes", ["One"])
    data += b"".join(writer.rows([[f"{n}"], [f"{n}b"]]) for n in range(3))
    book = opened(data + writer.tail(ABOUT, "OFFICIAL"))
    assert book.sheetnames == ["Crimes", "Crimes 2", "Crimes 3", "About this export"]
    assert [row[0] for name in book.sheetnames[:3] for row in list(book[name].values)[1:]] == [
        "0", "0b", "1", "1b", "2", "2b",
    ]  # fmt: skip


def test_what_is_cut_off_does_not_open():
    whole = workbook([["x"]])
    with pytest.raises(zipfile.BadZipFile):
        opened(whole[: len(whole) - 40])


def test_nothing_is_kept_while_it_is_written():
    writer = XLSXWriter()
    writer.head("Crimes", ["One"])
    for _ in range(20):
        writer.rows([["text " * 50]] * 1000)
        assert writer._sink.parts == []
