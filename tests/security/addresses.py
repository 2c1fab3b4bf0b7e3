"""Every address of Peel and every API operation, and how each is called."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from peel.machine import registry
from peel.machine.commands.registry import commands_on
from peel.machine.sheets import Sheet
from peel.pole.identity import kinds
from peel.pole.maps.shapes import has_places
from tests.machine.turns import left_on

# The pages of a record's files, tried in test_files.py, and their operations of the API.
LIST_PAGES = ("arrange", "views", "start-bulk", "bulk", "bulk-result", "export-csv", "export-xlsx")
FILE_PAGES = ("files-new", "file", "file-content", "file-picture", "file-check")
# What is said and played of a file's content: tried by four callers in attachments' test_media.py.
MEDIA_PAGES = ("file-drawing", "file-play", "file-captions", "file-suggest", "file-say")
# Said of a file through the API, and a person's pictures: tried in attachments' test_media.py too.
MEDIA_OPERATIONS = ("files/{file_id}/{what}",)
FILE_OPERATIONS = (("files", "get"), ("files", "post"), ("files/{file_id}", "get"))
SOMEBODY = uuid.UUID("01920000-0000-7000-8000-000000000001")


@dataclass(frozen=True)
class Address:
    """An address that is not derived from a sheet.

    The statuses are those of a GET by nobody, by somebody without any permission, and by
    somebody with every one. `post` gives the same for an empty POST.
    """

    get: tuple[int, int, int]
    post: tuple[int, int, int] = (405, 405, 405)
    args: dict[str, Any] = field(default_factory=dict)


OPEN = Address((200, 200, 200))
SAFE = Address((302, 200, 200), (302, 405, 405))
FORM = Address((302, 200, 200), (302, 422, 422))
READ = Address((302, 403, 200), (302, 405, 405))
WRITE = Address((302, 403, 200), (302, 403, 422))
ABSENT = Address((302, 403, 404), (302, 405, 405))
GONE = Address((302, 404, 404), (302, 404, 404))
STEP = Address((302, 302, 302), (302, 302, 302))

# Nobody, somebody who may nothing, and somebody who may everything. Sign-in's own pages serve
# everybody for himself alone; the style guide is there in development only.
ADDRESSES: dict[str, Address] = {
    "home": SAFE,
    "search": SAFE,
    "search-suggest": SAFE,
    "search-keep": Address((302, 405, 405), (302, 403, 422)),
    "search-forget": Address((302, 405, 405), (302, 403, 404)),
    "search-tell": Address((302, 405, 405), (302, 403, 404)),
    "search-csv": Address((302, 403, 422), (302, 405, 405)),
    "search-xlsx": Address((302, 403, 422), (302, 405, 405)),
    "objects": SAFE,
    "purpose": FORM,
    "drafts": SAFE,
    "draft-discard": Address((302, 405, 405), (302, 302, 302), {"draft_id": SOMEBODY}),
    "account_login": Address((200, 302, 302), (422, 302, 302)),
    "mfa_authenticate": STEP,
    "account_logout": Address((302, 200, 200), (302, 302, 302)),
    "appointments": FORM,
    "account_reauthenticate": FORM,
    "mfa_index": SAFE,
    "mfa_login_webauthn": Address((302, 302, 302), (422, 302, 302)),
    "mfa_list_webauthn": SAFE,
    "mfa_add_webauthn": FORM,
    "mfa_edit_webauthn": Address((302, 404, 404), (302, 404, 404), {"pk": 0}),
    "mfa_remove_webauthn": Address((302, 404, 404), (302, 404, 404), {"pk": 0}),
    "mfa_activate_totp": FORM,
    "mfa_deactivate_totp": Address((302, 404, 404), (302, 404, 404)),
    "mfa_view_recovery_codes": Address((302, 404, 404), (302, 405, 405)),
    "mfa_generate_recovery_codes": Address((302, 200, 200), (302, 200, 200)),
    "account_change_password": STEP,
    "sessions": SAFE,
    "session-end": Address((302, 405, 405), (302, 302, 302)),
    "sessions-end-all": Address((302, 405, 405), (302, 302, 302)),
    "end_others": Address((302, 405, 405), (302, 302, 302)),
    "help": OPEN,
    "accessibility": OPEN,
    "cookies": OPEN,
    "licences": OPEN,
    "api-help": SAFE,
    "api-tokens": SAFE,
    "api-token-new": WRITE,
    "api-token-end": replace(GONE, args={"key": SOMEBODY}),
    "api-token-replace": replace(GONE, args={"key": SOMEBODY}),
    "staff-programs": READ,
    "staff-program-new": WRITE,
    "staff-program-token": replace(GONE, args={"key": SOMEBODY}),
    "styleguide": Address((404, 404, 404)),
    "oversight-lines": READ,
    "oversight-export": replace(READ, args={"form": "csv"}),
    "oversight-ledger": READ,
    "oversight-line": replace(ABSENT, args={"line_id": SOMEBODY}),
    "oversight-proof": replace(ABSENT, args={"line_id": SOMEBODY}),
    "oversight-officer": replace(READ, args={"user_id": "user_id"}),
    "oversight-record": replace(READ, args={"subject": "user_id"}),
    "charts-draw": Address((302, 405, 405), (302, 403, 422)),
    "charts-save": Address((302, 405, 405), (302, 403, 422)),
    "charts-export": Address((302, 405, 405), (302, 403, 422)),
    "notices": SAFE,
    "notices-mark": Address((302, 405, 405), (302, 302, 302)),
    "notices-mutes": FORM,
    "notices-watching": FORM,
    "notices-open": Address((302, 404, 404), (302, 405, 405), {"notice_id": SOMEBODY}),
    "break-glass": WRITE,
    "break-glass-acts": SAFE,
    "break-glass-act": Address((302, 404, 404), (302, 404, 404), {"act_id": SOMEBODY}),
    "break-glass-end": Address((302, 405, 405), (302, 403, 404), {"act_id": SOMEBODY}),
    "map-base": Address((302, 404, 404), (302, 405, 405), {"name": "style.json"}),
    "quality": READ,
    "quality-csv": READ,
    "quality-records": replace(READ, args={"name": "nominal-no-name"}),
    "exchange-imports": READ,
    "exchange-template": replace(READ, args={"kind": "pole.nominal"}),
    "exchange-bring": WRITE,
    "exchange-import": Address((302, 403, 404), (302, 403, 404), {"import_id": SOMEBODY}),
    "exchange-not-taken": replace(ABSENT, args={"import_id": SOMEBODY}),
    "resolution-queue": READ,
    "resolution-pair": Address((302, 403, 404), (302, 403, 404), {"proposal_id": SOMEBODY}),
    "resolution-models": READ,
    "resolution-likely": READ,
    "resolution-policy": Address((302, 403, 200), (302, 403, 422)),
    "resolution-run": Address((302, 403, 404), (302, 405, 405), {"run_id": SOMEBODY}),
    "resolution-model": Address((302, 403, 404), (302, 403, 404), {"number": 999}),
    "staff-users": READ,
    "staff-create": WRITE,
    "staff-user": replace(READ, args={"user_id": "user_id"}),
    "staff-user-command": replace(WRITE, args={"user_id": "user_id", "slug": "edit"}),
    "staff-lend": Address((302, 404, 200), (302, 404, 422), {"appointment_id": "appointment_id"}),
    "staff-end": Address((302, 403, 200), (302, 403, 302), {"appointment_id": "appointment_id"}),
    "staff-delegations": READ,
    "staff-delegation-end": Address((302, 404, 404), (302, 404, 404), {"appointment_id": SOMEBODY}),
    "staff-units": READ,
    "staff-unit-create": WRITE,
    "staff-unit-rename": replace(WRITE, args={"unit_id": "unit_id"}),
    "staff-organisation-create": WRITE,
    "staff-organisation-rename": replace(WRITE, args={"organisation_id": "organisation_id"}),
    "staff-roles": READ,
    "staff-compare-roles": READ,
    "staff-review": READ,
    "staff-review-csv": READ,
    "staff-role": replace(READ, args={"name": "auditor"}),
}


def address_of(name: str, somebody: Any) -> str:
    """Where a page is; an argument that names a part of an identity is taken from `somebody`."""
    args = {
        key: getattr(somebody, value, value) if isinstance(value, str) else value
        for key, value in ADDRESSES[name].args.items()
    }
    return reverse(name, kwargs=args)


def routes() -> Iterator[tuple[str, str]]:
    """Name and route of every address, the API's among them as "api"."""

    def walk(resolver: Any, before: str) -> Iterator[tuple[str, str]]:
        for entry in resolver.url_patterns:
            route = before + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield ("api" if route.startswith("api/") else str(entry.name), route)
            else:
                yield from walk(entry, route)

    return walk(get_resolver(), "")


def derived_names() -> set[str]:
    """The names of the addresses that are derived from sheets."""
    parts = ("list", "suggest", "create", "page", "command", "panel")
    parts += LIST_PAGES
    parts += tuple(page.name for page in registry.record_pages()) + FILE_PAGES + MEDIA_PAGES
    names = {f"{sheet.url_name}-{part}" for sheet in registry.sheets() for part in parts}
    placed = [sheet.url_name for sheet in registry.sheets() if has_places(sheet)]
    names |= {f"{name}-{part}" for name in placed for part in ("map", "map-data")}
    return names | {f"{sheet.url_name}-identity" for sheet in kinds.sheets()}


def pages_of(sheet: Sheet, reference: str, *, all_: bool = True) -> list[tuple[str, str]]:
    """Name and address of the page of a record and of each command on it.

    Without `all_`, without the common commands whose turn it is not: see tests/machine/turns.py.
    """
    found = [("page", reverse(f"{sheet.url_name}-page", args=[reference]))]
    for command in commands_on(sheet.model) if all_ else left_on(sheet):
        found.append(
            (command.slug, reverse(f"{sheet.url_name}-command", args=[reference, command.slug]))
        )
    return found


def reads_of(sheet: Sheet, reference: str) -> list[tuple[str, str]]:
    """Name and address of the further pages of a record, which are only read."""
    found = [
        (page.name, reverse(f"{sheet.url_name}-{page.name}", args=[reference]))
        for page in registry.record_pages()
    ]
    if kinds.takes_part(sheet.kind):
        found.append(("identity", reverse(f"{sheet.url_name}-identity", args=[reference])))
    return found + [
        (panel.name, reverse(f"{sheet.url_name}-panel", args=[reference, panel.name]))
        for panel in registry.panels_of(sheet)
    ]
