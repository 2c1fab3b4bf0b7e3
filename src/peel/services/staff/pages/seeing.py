"""The page "Who can see this, and why" of any record."""

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Agreement, Officer, Organisation
from peel.kernel.records import seeing
from peel.machine.commands.problems import Invalid, NotPermitted
from peel.machine.pages.reading import one_record, reading, require
from peel.machine.pages.records import around
from peel.machine.ui import parts

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

PAGE = 50
REASONS = {
    "own": "Works for the organisation that owns it",
    "agreement": "Shares it by agreement",
    "list": "Stands on its access list",
    "glass": "Broke the glass: on its access list for a time",
    "program": "A program, not a person",
}
LISTED = {
    "open": ("Yes", "It is not restricted, so there is no access list to stand on."),
    "yes": ("Yes", "It is restricted, and this officer stands on its access list."),
    "until": (
        "Yes",
        "It is restricted; this officer broke the glass, which ends by itself.",
    ),
    "no": ("No", "It is restricted, and this officer does not stand on its access list."),
}


@reading
def show_access(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """Everybody who can see a record, by reason; or whether one officer can, rule by rule."""
    query = request.GET.urlencode()
    identity = require(request, sheet.may.view, name=f"{sheet.kind}.access", query=query)
    if not identity.may(seeing.VIEW):
        raise NotPermitted
    record = one_record(sheet, identity, reference)
    asked = {name: _text(request, name) for name in ("basis", "role", "q", "officer")}
    total, groups = seeing.groups(record.pk, sheet.may.view)
    rows = seeing.people(
        record.pk, sheet.may.view, basis=asked["basis"], role=asked["role"], text=asked["q"],
        after=_place(request.GET.get("after", "")), limit=PAGE + 1,
    )  # fmt: skip
    context = {
        **around(request, sheet, record, identity),
        "total": total,
        "groups": _groups(sheet, record, groups, identity),
        "asked": asked,
        "narrowed": ", ".join(
            word for word in (REASONS.get(asked["basis"], ""), asked["role"]) if word
        ),
        "people": _people(rows[:PAGE]),
        "pager": _pager(rows, asked, more="after" in request.GET),
        "answers": _answers(sheet, record, asked["officer"]),
    }
    return TemplateResponse(request, "staff/seeing.html", context)


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]


def _place(word: str) -> tuple[str, UUID] | None:
    if not word:
        return None
    try:
        name, key = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        return str(name).replace("\x00", ""), UUID(key)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise Invalid({"after": ["This place in the list is not one of ours."]}) from None


def _groups(
    sheet: "Sheet", record: Any, groups: list[seeing.Group], identity: "Identity"
) -> parts.Table:
    names = dict(Organisation.objects.values_list("pk", "name"))
    grounds = dict(
        Agreement.objects.filter(giver_id=record.organisation_id).values_list(
            "receiver_id", "ground"
        )
    )
    rows = []
    for group in groups:
        own = group.organisation_id == identity.organisation_id
        hint = grounds.get(group.organisation_id, "") if group.basis == "agreement" else ""
        where = urlencode({"basis": group.basis, "role": group.role})
        rows.append(
            parts.Row(
                [
                    parts.Cell(REASONS[group.basis], hint=hint),
                    names.get(group.organisation_id, ""),
                    _capital(group.role) if own else "Not told of other organisations",
                    f"{group.people:,}",
                ],
                href=f"?{where}#people" if own else "",
            )
        )
    columns = [*map(parts.Column, ("Why", "Organisation", "Role")),
               parts.Column("People", numeric=True)]  # fmt: skip
    return parts.Table("Who can see it, by reason", columns, rows, "Nobody can see it.", True)


def _people(rows: list[seeing.Seer]) -> parts.Table:
    shown = [
        parts.Row(
            [
                f"{row.rank} {row.collar_number} {row.name}".strip(),
                _capital(row.role),
                row.unit,
                REASONS[row.basis],
                parts.Cell("Explain", href=f"?{urlencode({'officer': row.collar_number})}#officer"),
            ]
        )
        for row in rows
    ]
    columns = [parts.Column(word) for word in ("Officer", "Role", "Unit", "Why", "Rule by rule")]
    return parts.Table("People", columns, shown, "Nobody of your organisation fits.", True)


def _pager(rows: list[seeing.Seer], asked: dict[str, str], *, more: bool) -> parts.Pager:
    kept = {name: word for name, word in asked.items() if word and name != "officer"}
    then = ""
    if len(rows) > PAGE:
        last = rows[PAGE - 1]
        packed = json.dumps([last.name, str(last.appointment_id)]).encode()
        then = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    count = min(len(rows), PAGE)
    return parts.Pager(
        first=f"?{urlencode(kept)}#people" if more else "",
        next=f"?{urlencode({**kept, 'after': then})}#people" if then else "",
        total=f"{count} post{'' if count == 1 else 's'}{' on this page' if then or more else ''}",
    )


def _answers(sheet: "Sheet", record: Any, number: str) -> list[dict[str, Any]] | None:
    """For each post of the officer of that number: whether, by which rules. None: not asked."""
    if not number:
        return None
    posts = Officer.objects.filter(collar_number__iexact=number)
    person = posts.values_list("user_id", flat=True).first()
    found = seeing.why(record.pk, sheet.may.view, person) if person else []
    return [
        {
            "post": ", ".join(part for part in (_capital(one.role), one.unit) if part),
            "sees": one.sees,
            "rules": parts.Table("Rules", [parts.Column("Rule"), parts.Column("Met"),
                                           parts.Column("Why")], _rules(sheet, record, one),
                                 caption_hidden=True),
        }
        for one in found
    ]  # fmt: skip


def _rules(sheet: "Sheet", record: Any, one: seeing.Why) -> list[parts.Row]:
    marking, clearance = Marking(record.marking).label, Marking(one.clearance).label
    reach = {
        "own": "The post is in the organisation that owns the record.",
        "agreement": "The owner shares its records with the post's organisation by agreement.",
        "none": "The post's organisation neither owns the record nor shares it by agreement.",
    }[one.reach]
    listed, words = LISTED[one.listed]
    rules = [
        ("The post is held now", one.in_force, "From its start to its end, by an active user."),
        ("Organisation", one.reach != "none", reach),
        ("Clearance", one.cleared, f"The record is {marking}; the post is cleared to {clearance}."),
        ("Access list", listed == "Yes", words),
        ("Role", one.permitted, f"The role “{one.role}” {'may' if one.permitted else 'may not'} "
                                f"view {sheet.title_plural.lower()}."),
    ]  # fmt: skip
    return [
        parts.Row(
            [name, parts.Cell("Yes", tag="green") if met else parts.Cell("No", tag="red"), why]
        )
        for name, met, why in rules
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
