"""What is thrown at every field: each must end in a plain answer, never in a failure of ours.

What reads a value is a field's class, its checks and a form's own `clean`: all values go to the
first form that has a new one of these, and to the others a few in turn, so that a further kind of
record made of known parts costs little and every address is still attacked.
"""

import base64
import itertools
import json
import re

from tests.machine.turns import debian

VALUES = {
    "nul": "a\x00b",
    "megabyte": "A" * 1_000_000,
    "sql": "'; drop table records_record; --",
    "sql in an array": "{%s,$1}') or 1=1 --",
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)',
    "template": "{{ 7|add:7 }}{% debug %}",
    "formula": "=cmd|'/c calc'!A1",
    "path": "../../../../etc/passwd",
    "number": "9" * 400,
    "negative": "-99999999999999999999",
    "decimal": "1e999",
    "not a number": "NaN",
    "infinity": "Infinity",
    "spaces": "  \t\u00a0\u2003 ",
    "right to left": "\u202egnp.exe",
    "combining": "e" + "\u0301" * 500,
    "astral": "\U0001f46e\U0010ffff",
    "newlines": "a\r\nSet-Cookie: x=1\r\n\r\nb",
    "date": "31 February 2026",
    "far date": "31 December 999999",
    "year nought": "0000-00-00",
    "reference": "NM26-0000-0000-A",
    "digits": "٣٤٥",
    "percent": "%00%ff%s%n",
    "json": '{"a": [1, 2]}',
    "long words": " ".join(["x"] * 50_000),
}

JSON_VALUES = [
    None,
    True,
    False,
    0,
    -1,
    2**63,
    2**200,
    1e308,
    [],
    ["a"],
    [[["a"]]],
    {},
    {"a": {"b": 1}},
    "\ud800",
    "\udfff\ud800",
    "a\x00b",
    "x" * 1_000_000,
    "",
    " ",
    "<script>alert(1)</script>",
]

BODIES = {
    "nothing": b"",
    "not JSON": b"{'a': 1}",
    "cut off": b'{"version": 1, "reason": "x',
    "a list": b"[1, 2, 3]",
    "a word": b'"x"',
    "null": b"null",
    "a number": b"1e5",
    "NaN": b'{"version": NaN}',
    "infinite": b'{"version": Infinity, "category": -Infinity}',
    "invalid UTF-8": b'{"category": "\xff\xfe\xfa"}',
    "UTF-16": '{"category": "Burglary"}'.encode("utf-16"),
    "a lone surrogate": b'{"category": "\\ud800", "reason": "\\udc00x"}',
    "duplicate keys": b'{"version": 1, "version": 2, "category": "a", "category": "Burglary"}',
    "deep": b'{"category":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "five thousand digits": b'{"version": ' + b"9" * 5_000 + b"}",
    "many keys": b"{" + b",".join(b'"k%d": 1' % n for n in range(20_000)) + b"}",
    "a NUL": b'{"category": "\\u0000", "reason": "\\u0000"}',
    "prototype": b'{"__proto__": {"x": 1}, "constructor": 1, "record_id": "x", "identity": 1}',
}


def place(*parts):
    """A cursor as a list would write it."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


A_UUID = "00000000-0000-7000-8000-000000000001"
QUERIES = [
    "sort=colour",
    "sort=--category",
    "sort=%00",
    "sort=-",
    "sort=password",
    "size=0",
    "size=25.5",
    "size=99999999999",
    "size=-25",
    "recorded=yesterday",
    "recorded=0001-01-01",
    "recorded=until+9999-12-31",
    "recorded=between+1+and+31",
    "recorded=9999-12-31+to+0001-01-01",
    "recorded=2026-13-45",
    "recorded=%00",
    "q=" + "x" * 5000,
    "q=%00",
    "q=%ff%fe",
    "q='%20or%201=1--",
    "q=%25%25%25",
    "q=!%26|():*<->\\",
    "q=%F0%9F%91%AE",
    "q=" + "a%20" * 500,
    "q=%5C%27%29",
    "carried_state=%00",
    "category=" + "x" * 5000,
    "&".join(f"category={n}" for n in range(300)),
    "category[]=1",
    "carried_state=%27",
    "sex=%00",
    "recorded=last+999999+hours",
    "recorded=before+0001-01-01",
    "recorded=" + "9" * 90,
    "where=1:category:is:x",
    "where=%00",
    "where=1:title:contains:%00",
    "where=1:title:contains:%25",
    "where=٣:title:is:x",
    "where=1:created_at:before:since+Monday",
    "where=1:committed_from:before:until+1900",
    "where=1:location:is:%27",
    "where=1:precision_metres:is:" + "9" * 400,
    "where=1:marking:is:9999999999999999999999",
    "where=1:latitude:least:NaN",
    "where=1:longitude:most:1e999",
    "where=1:reference:starts:" + "x" * 5000,
    "&".join(f"where={n}:title:is:x" for n in range(300)),
    "&".join(f"col={n}" for n in range(300)),
    "col=password&col=created_by&col=restriction",
    "sort=" + "category," * 300,
    "sort=created_at,title",
    "sort=created_by",
    "join=xor&density=tight&view=%27",
    "view=" + A_UUID,
    "at=x",
    "at=%00",
    "at=" + "A" * 5000,
    "at=%E2%82%AC",
    "at====",
    "at=" + place("2026-01-01", A_UUID, False),
    "at=" + place(None, A_UUID, False),
    "at=" + place("x", A_UUID, False),
    "at=" + place(1e400, A_UUID, False),
    "at=" + place("9999-12-31T23:59:59Z", A_UUID, True),
    "at=" + place("0001-01-01T00:00:00+14:00", A_UUID, True),
    "at=" + place("2026-01-01T00:00:00Z", "x", True),
    "at=" + place([], A_UUID, {}),
    "at=" + place({"a": 1}, A_UUID, 1),
    "at=" + place("a\x00", A_UUID, 1),
    "at=" + place(),
    "at=" + place("\ud800", A_UUID, 1),
    "at=" + place(True, A_UUID, 1),
    "at=" + base64.urlsafe_b64encode(b"[" * 5000 + b"]" * 5000).decode(),
    "at=" + base64.urlsafe_b64encode(b"[" + b"9" * 5000 + b",1,1]").decode(),
    "at=" + base64.urlsafe_b64encode(b"\xff\xfe[]").decode(),
    "sort=postcode&at=" + place("\x00", A_UUID, 0),
    "sort=category&at=" + place("2026", A_UUID, 0),
    "sort=category&at=" + place("\x00x", A_UUID, 0),
    "sort=family_name&at=" + place("a\x00", A_UUID, 0),
    "sort=family_name&at=" + place("\ud800", A_UUID, 0),
    "sort=family_name&at=" + place({"x": []}, A_UUID, 0),
    "sort=family_name&at=" + place(None, A_UUID, 0),
    "=&=&;=%=%%",
    "utf8=✓",
    "a" * 6000,
]


REFERENCES = [
    "x",
    "%00",
    "NM26-0000-0000-A%00",
    "NM26-0000-0000-A'",
    "../../etc/passwd",
    "%2e%2e%2f",
    "%ff",
    "NM" + "9" * 3000,
    "%E2%80%AE",
    "<script>",
    "NM26-0000-0000-",
    "١٢",
    "new%2f",
    "%0d%0aX:%201",
    ";",
    "%25",
]


class Turns:
    """Everything for what is new; for what was met before, the next few.

    Debian's server gets the next few of everything, which is each thing many times.
    """

    def __init__(self, things, few=1):
        self._all = list(things)
        self._next = itertools.cycle(self._all)
        self._few = few
        self._met = set()

    def of(self, *parts):
        """What to throw at something that is made of `parts`."""
        new = set(parts) - self._met
        self._met |= new
        whole = new and not debian()
        return self._all if whole else list(itertools.islice(self._next, self._few))


def parts_of(form):
    """What reads the values of a form: classes and checks of its fields, its own `clean`s."""
    for field in form.base_fields.values():
        yield type(field), type(field.widget), *sorted(_name(each) for each in field.validators)
    for each in form.__mro__:
        yield from (vars(each)[name] for name in vars(each) if name.startswith("clean"))


def _name(check):
    return getattr(check, "__qualname__", type(check).__qualname__)


def queries_for(sheet, turns):
    """The questions that name a field of the kind, and of the others those whose turn it is."""
    kinds = {name: type(field) for name, field in _columns(sheet.model).items()}
    named = [query for query in QUERIES if kinds.keys() & set(re.findall(r"[a-z_]{3,}", query))]
    return dict.fromkeys(named + turns.of(*kinds.values()))


def _columns(model):
    return {field.name: field for field in model._meta.local_concrete_fields}
