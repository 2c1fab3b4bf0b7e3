"""Every address and every API operation, tried by four callers: nobody; somebody who may nothing;
somebody who may everything and sees nothing of the restricted; and somebody who sees it too.
"""

import re
from functools import cache
from urllib.parse import quote, quote_plus

import pytest
from django.test import Client
from django.urls import reverse

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.base import references
from peel.machine import registry
from peel.machine.commands.registry import command_creating
from peel.pole.identity import kinds
from peel.site.urls import api
from tests.security.addresses import (
    ADDRESSES,
    FILE_OPERATIONS,
    MEDIA_OPERATIONS,
    address_of,
    derived_names,
    pages_of,
    routes,
)
from tests.security.stage import build, said

# Whoever posts here is out, and comes again.
SIGN_OUT = ("account_logout", "sessions-end-all")
CALLERS = ("nobody", "no permission", "no visibility", "both")


@pytest.fixture
def stage(database):
    return build()


@pytest.fixture
def callers(stage):
    """A client for each of the four."""
    everything = officer(permissions=["*"], clearance=3)
    return {
        "nobody": Client(),
        "no permission": signed_in_client(officer(permissions=[], clearance=3)),
        "no visibility": signed_in_client(everything),
        "both": signed_in_client(stage.owner),
    }


def test_every_address_is_in_the_table():
    named = {name for name, _ in routes()}
    assert named - {"api"} - derived_names() == set(ADDRESSES)


def test_every_api_operation_belongs_to_a_sheet_and_is_tried():
    paths = api.get_openapi_schema()["paths"]
    derived = {
        path
        for sheet in registry.sheets()
        for path, _ in operations(sheet, "{reference}", all_=True)
    }
    derived |= {
        f"/api/{sheet.kind.replace('.', '/')}/{{reference}}/{path}"
        for sheet in registry.sheets()
        for path in (*MEDIA_OPERATIONS, *(path for path, _ in FILE_OPERATIONS))
    }
    derived |= {
        f"/api/{sheet.kind.replace('.', '/')}/{{reference}}/identity" for sheet in kinds.sheets()
    }
    derived |= {"/api/pole/nominal/{reference}/images", "/api/changes"}
    derived |= {"/api/connections/path", "/api/connections/common"}
    assert set(paths) == derived
    assert {method for path in paths.values() for method in path} == {"get", "post"}


def operations(sheet, reference, *, all_=False):
    """Path and method of each API operation of a sheet; see `pages_of` for `all_`."""
    stem = f"/api/{sheet.kind.replace('.', '/')}/"
    slugs = [slug for slug, _ in pages_of(sheet, "x", all_=all_) if slug != "page"]
    found = [
        (stem, "get"),
        (stem, "post"),
        (stem + reference, "get"),
        (f"{stem}{reference}/history", "get"),
    ]
    return found + [(f"{stem}{reference}/{slug}", "post") for slug in slugs]


def call(client, method, where):
    """A GET, or a POST of nothing, as forms and programs send it."""
    if method == "get":
        return client.get(where)
    if where.startswith("/api/"):
        return client.post(where, "{}", content_type="application/json")
    return client.post(where, {})


def test_every_other_address_answers_each_caller_as_listed(database):
    somebody = officer()
    makers = (
        Client,
        lambda: signed_in_client(officer(permissions=[])),
        lambda: signed_in_client(officer(permissions=["*"], clearance=3)),
    )
    wrong = []
    for number, make in enumerate(makers):
        client = make()
        for name, address in ADDRESSES.items():
            if name in SIGN_OUT and number:
                client = make()
            where = address_of(name, somebody)
            for method, expected in (("get", address.get), ("post", address.post)):
                status = call(client, method, where).status_code
                if status != expected[number]:
                    wrong.append((where, method, CALLERS[number], status, expected[number]))
            if name in SIGN_OUT and number:
                client = make()
    assert wrong == []


PAGES = {
    "nobody": (302, {302}),
    "no permission": (403, {403}),
    "no visibility": (404, {404}),
    "both": (200, {302, 409, 422}),
}
API = {"nobody": 401, "no permission": 403, "no visibility": 404}


@pytest.mark.slow
def test_every_page_of_every_kind_answers_each_caller(stage, callers):
    wrong = []
    for sheet in registry.sheets():
        hidden = stage.hidden_of(sheet)
        for who, client in callers.items():
            seen, written = PAGES[who]
            everywhere = {"nobody": 302, "no permission": 403}.get(who, 200)
            for name in ("list", "create"):
                status = client.get(reverse(f"{sheet.url_name}-{name}")).status_code
                wrong += [(who, sheet.kind, name, status)] if status != everywhere else []
            for slug, where in pages_of(sheet, hidden.reference, all_=False):
                status = client.get(where).status_code
                wrong += [(who, "get", where, status)] if status != seen else []
                if slug != "page":
                    status = client.post(where, {}).status_code
                    wrong += [(who, "post", where, status)] if status not in written else []
    assert wrong == []


@pytest.mark.slow
def test_every_api_operation_answers_each_caller(stage, callers):
    wrong = []
    for sheet in registry.sheets():
        hidden = stage.hidden_of(sheet)
        for who, client in callers.items():
            for path, method in operations(sheet, hidden.reference):
                # The body has the form that is asked for, so that the refusal is the record's.
                status = call_well(client, method, path, sheet).status_code
                of_record = hidden.reference in path
                if of_record or who in ("nobody", "no permission"):
                    expected = {API.get(who, status)} if who != "both" else {200, 409, 422}
                else:
                    expected = {200, 201, 422}
                wrong += [(who, method, path, status)] if status not in expected else []
    assert wrong == []


@cache
def told():
    """The schema of the API, made once: it is a description of every operation."""
    return api.get_openapi_schema()


def call_well(client, method, path, sheet):
    """Call an API operation with a body of the right form and no meaning."""
    if method == "get":
        return client.get(path)
    template = re.sub(r"/[A-Z]{2}\d\d-\d{4}-\d{4}-[A-Z]", "/{reference}", path)
    operation = told()["paths"][template]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    shape = told()["components"]["schemas"][schema["$ref"].split("/")[-1]]
    body = {name: 1 for name in shape.get("required", [])} | {"version": 1}
    return client.post(path, body, content_type="application/json")


def plain(response, reference):
    """A body without what each request makes anew: the reference typed, tokens and numbers."""
    text = response.content.decode()
    once = quote_plus(reference)
    for written in (
        quote(once, ""),
        once,
        reference,
        reference.lower(),
        reference.replace("-", ""),
    ):
        text = text.replace(written, "REFERENCE") if written else text
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', r"\1", text)
    text = re.sub(r"urn:uuid:[0-9a-f-]{36}", "urn", text)
    return re.sub(r'nonce="[^"]+"', "", text)


def headers(response):
    """The headers without what each request makes anew."""
    own = {"content-security-policy", "date", "set-cookie"}
    kept = {k.lower(): v for k, v in response.headers.items() if k.lower() not in own}
    return kept, sorted(response.cookies)


@pytest.mark.slow
def test_hidden_and_absent_give_the_same_answer_to_the_byte(stage, callers):
    client = callers["no visibility"]
    for sheet in registry.sheets():
        hidden = stage.hidden_of(sheet).reference
        absent = references.draw(sheet.numbers.prefix)
        for method in ("get", "post"):
            here_and_there = [pages_of(sheet, each, all_=False) for each in (hidden, absent)]
            for (_, here), (_, there) in zip(*here_and_there, strict=True):
                same(call(client, method, here), call(client, method, there), hidden, absent)
        pairs = zip(operations(sheet, hidden), operations(sheet, absent), strict=True)
        for (here, method), (there, _) in pairs:
            if hidden in here:
                same(
                    call_well(client, method, here, sheet),
                    call_well(client, method, there, sheet),
                    hidden,
                    absent,
                )


def same(first, second, hidden, absent):
    """Both answers are one to whoever compares them."""
    assert first.status_code == second.status_code
    assert plain(first, hidden) == plain(second, absent)
    assert headers(first) == headers(second)


def test_typing_a_hidden_record_is_like_typing_none(stage, callers):
    client, crime = callers["no visibility"], stage.visible["crime"].reference
    hidden, absent = stage.hidden["nominal"].reference, references.draw("NM")
    for where, form in (
        (
            f"/investigation/crime/{crime}/link-create/",
            lambda typed: {"version": "1", "other": typed, "reading": "suspect<"},
        ),
        ("/investigation/crime/new/", lambda typed: {"category": "Burglary", "location": typed}),
        ("/search/", None),
        ("/investigation/crime/", None),
    ):
        answers = [
            client.post(where, form(typed)) if form else client.get(where, {"q": typed})
            for typed in (hidden, absent)
        ]
        same(*answers, hidden, absent)
    link = stage.ids["id of the link suspect"]
    ends = [
        client.post(
            f"/investigation/crime/{crime}/link-end/",
            {"version": "1", "which": which, "reason": "x"},
        )
        for which in (link, "00000000-0000-7000-8000-000000000001")
    ]
    assert {response.status_code for response in ends} == {404}
    assert plain(ends[0], str(link)) == plain(ends[1], "00000000-0000-7000-8000-000000000001")


def test_the_words_of_what_is_hidden_find_nothing(stage, callers):
    client = callers["no visibility"]
    for word in stage.words.values():
        nonsense = "Zxqvj" + "k" * (len(word) - 5)
        for where in ("/search/", "/pole/nominal/", "/pole/location/", "/api/investigation/crime/"):
            first, second = client.get(where, {"q": word}), client.get(where, {"q": nonsense})
            assert plain(first, word) == plain(second, nonsense), (where, word)


WHERE = [
    "/",
    "/search/?q=okafor",
    "/pole/nominal/",
    "/pole/location/",
    "/investigation/crime/",
    "/investigation/incident/",
    "/pole/nominal/?q=okafor",
    "/investigation/crime/?category=Burglary",
    "/api/pole/nominal/",
    "/api/pole/location/",
    "/api/investigation/crime/",
    "/api/investigation/incident/",
]


def test_no_page_that_may_be_seen_says_anything_of_it(stage, callers):
    nominal, crime = stage.visible["nominal"].reference, stage.visible["crime"].reference
    records = [f"/pole/nominal/{nominal}", f"/investigation/crime/{crime}"]
    pages = [f"{where}/" for where in records] + [f"/api{where}" for where in records]
    pages += [f"/api{where}/history" for where in records] + [f"{where}/edit/" for where in records]
    stage.hide_every_kind()
    stems = [sheet.kind.replace(".", "/") for sheet in registry.sheets()]
    pages += [where for stem in stems for where in (f"/{stem}/", f"/api/{stem}/")]
    leaks = {}
    for where in [*WHERE, *pages]:
        response = callers["no visibility"].get(where)
        assert response.status_code == 200, where
        if found := said(stage, response.content.decode()):
            leaks[where] = found
    assert leaks == {}


def test_a_world_with_the_hidden_looks_like_one_without(database):
    """All that an outsider sees, before and after something hidden is made and tied to it."""
    from tests.security.stage import do, restrict

    owner = officer(role="supervisor", clearance=3)
    client = signed_in_client(officer(role="supervisor", clearance=3))
    crime = do(owner, "investigation.crime.create", category="Burglary")
    person = do(owner, "pole.nominal.create", family_name="Okafor", given_names="Daniel")
    pages = [
        *WHERE,
        f"/pole/nominal/{person.reference}/",
        f"/investigation/crime/{crime.reference}/",
        f"/api/pole/nominal/{person.reference}",
        f"/api/pole/nominal/{person.reference}/history",
        f"/api/investigation/crime/{crime.reference}",
        f"/investigation/crime/{crime.reference}/edit/",
    ]

    def look():
        return {where: plain(client.get(where), "") for where in pages}

    look()  # the recently opened are the same from here on
    before = look()
    hidden = do(
        owner, "pole.nominal.create", family_name="Okafor", given_names="Zephaniah", marking=2
    )
    restrict(owner, hidden)
    for reading, other in (("suspect>", crime), ("associate>", person)):
        do(owner, "pole.link.create", record_id=hidden.pk, other=other, reading=reading)
    secret = do(owner, "investigation.crime.create", category="Burglary", marking=3)
    restrict(owner, secret)
    after = look()
    assert {where for where in pages if before[where] != after[where]} == set()


def test_a_command_that_creates_is_one_per_kind():
    assert all(command_creating(sheet.model) for sheet in registry.sheets())


def test_the_ledger_shows_an_auditor_ids_and_no_words(stage):
    auditor = signed_in_client(officer(role="auditor", clearance=3))
    for where in (
        "/audit/",
        f"/audit/records/{stage.hidden['nominal'].pk}/",
        f"/audit/officers/{stage.owner.user_id}/",
    ):
        page = auditor.get(where)
        assert page.status_code == 200, where
        assert [w for w in said(stage, page.content.decode()) if not w.startswith("id of")] == []
