"""A record leaves with its links: in two forms, accounted for, and nothing that is hidden."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from django.db import connections
from django.urls import reverse

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands import run
from peel.machine.commands.registry import commands

# What version 4.11.2 of the package followthemoney (MIT) says of the schemata that Peel writes:
# types of properties, which are required, which name the ends of a link. The package itself is no
# part of the tests: it would bring thirty others.
MODEL = json.loads(
    Path(__file__).with_name("followthemoney-4.11.2.json").read_text(encoding="utf-8")
)
FORMS = {
    "date": r"\d{4}(-\d{2}(-\d{2})?)?",
    "number": r"-?\d+(\.\d+)?",
    "gender": "male|female|other",
    "phone": r"\+\d{7,15}",
    "email": r"[^@\s]+@[^@\s]+",
    "entity": r"peel-[0-9a-f-]{36}",
}


def taken(client, record, form: str) -> bytes:
    answer = client.get(reverse("pole-nominal-share", args=[record.reference]), {"form": form})
    assert answer.status_code == 200
    content = answer.streaming_content

    async def whole() -> bytes:
        return b"".join([piece async for piece in content])

    return asyncio.run(whole())


@pytest.fixture
def family(database):
    """A woman, her brother, an address, and a friend whom she may not see."""
    boss = officer("supervisor")

    def made(kind: str, **values: object):
        return run(commands[f"{kind}.create"], boss, values)

    ngozi = made(
        "pole.nominal", family_name="Okafor", given_names="Ngozi", date_of_birth="June 1980"
    )
    others = [
        (made("pole.nominal", family_name="Okafor", given_names="Tam"), "sibling>"),
        (made("pole.location", paon="170", street="Ropewalk"), "home>"),
        (made("pole.nominal", family_name="Hidden", given_names="Ivo"), "associate>"),
    ]
    for other, reading in others:
        values = {"record_id": ngozi.pk, "other": other, "reading": reading}
        run(commands["pole.link.create"], boss, values)
    hidden = others[2][0]
    run(commands["pole.nominal.restrict"], boss, {"record_id": hidden.pk, "version": hidden.version,
        "reason": "A test", "admitted": [], "keep_me": True})  # fmt: skip
    return ngozi, hidden


def test_a_record_leaves_in_both_forms_and_what_is_hidden_stays(family):
    ngozi, hidden = family
    client = signed_in_client(officer("analyst"))
    page = client.get(reverse("pole-nominal-share", args=[ngozi.reference]))
    assert "FollowTheMoney" in page.content.decode()

    lines = [json.loads(line) for line in taken(client, ngozi, "ftm").splitlines()]
    by_schema = {line["schema"]: line for line in lines}
    assert sorted(line["schema"] for line in lines) == [
        "Address", "Family", "Person", "Person", "UnknownLink",
    ]  # fmt: skip
    first = lines[0]["properties"]
    assert (first["name"], first["birthDate"]) == (["Ngozi Okafor"], ["1980-06"])
    assert by_schema["Family"]["properties"]["relationship"] == ["sibling of"]
    known = {line["id"] for line in lines}
    for line in lines:
        for name in ("subject", "object", "person", "relative"):
            assert set(line["properties"].get(name, [])) <= known, "a link's ends are there"

    whole = taken(client, ngozi, "niem")
    graph = json.loads(whole)["@graph"]
    types = [one["@type"] for one in graph]
    assert types.count("nc:Association") == 2
    assert graph[-1]["nc:CommentText"] == "Whole"
    assert str(hidden.pk).encode() not in whole
    assert b"Hidden" not in whole


def test_every_line_is_of_the_model_of_followthemoney(family):
    """By the facts of the model: schema, properties, forms of values, and what a link may join."""
    ngozi, _ = family
    boss = officer("supervisor")

    def made(kind: str, **values: object):
        return run(commands[f"{kind}.create"], boss, values)

    others = (
        (made("objects.vehicle", vrm="AB12 CDE", model="Focus"), "keeper>"),
        (made("objects.organisation", name="Wherry & Sons"), "employee>"),
        (made("objects.phone", msisdn="07700 900123"), "uses>"),
        (made("investigation.crime", category="Burglary", summary="A door was forced"), "suspect>"),
        (
            made("pole.location", street="Hatton Garden", longitude=-0.108, latitude=51.52),
            "works_at>",
        ),
    )
    for other, reading in others:
        values = {"record_id": ngozi.pk, "other": other, "reading": reading}
        run(commands["pole.link.create"], boss, values)
    contact = {"kind": "mobile", "value": "07700 900456"}
    run(commands["pole.nominal.add_contact"], boss, {"record_id": ngozi.pk, **contact})
    number = {"kind": "PNC", "value": "80/123456H"}
    run(commands["pole.nominal.add_identifier"], boss, {"record_id": ngozi.pk, **number})
    client = signed_in_client(officer("analyst"))
    lines = [json.loads(line) for line in taken(client, ngozi, "ftm").splitlines()]
    schema_of = {line["id"]: line["schema"] for line in lines}
    assert set(schema_of.values()) == set(MODEL) - {"Associate"}
    for line in lines:
        model, properties = MODEL[line["schema"]], line["properties"]
        assert set(line) == {"id", "schema", "properties"}
        assert set(model["required"]) <= set(properties), line
        for name, texts in properties.items():
            assert name in model["types"], (line["schema"], name)
            form = FORMS.get(model["types"][name], "(?s).+")
            assert texts, name
            assert all(re.fullmatch(form, text) for text in texts), (name, texts)
        for end in model["ends"]:
            assert model["ranges"][end] in ("Thing", schema_of[properties[end][0]])


def test_only_who_may_take_it_out_does_and_the_ledger_says_so(family):
    ngozi, _ = family
    address = reverse("pole-nominal-share", args=[ngozi.reference])
    assert signed_in_client(officer("response officer")).get(address).status_code == 403
    client = signed_in_client(officer("analyst"))
    assert client.get(address, {"form": "word"}).status_code == 404
    taken(client, ngozi, "ftm")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select act, subjects, detail from audit_line where name = 'exchange.export'"
        )
        lines = cursor.fetchall()
    assert {act for act, _, _ in lines} == {"disclosure"}
    assert ngozi.pk in {subject for _, subjects, _ in lines for subject in subjects}
    assert any("closing" in str(detail) for _, _, detail in lines)
