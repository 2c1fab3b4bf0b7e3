"""The inbox: open alarms first, then what else the caller was told, by reason and unread."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from peel.kernel.audit import looks
from peel.machine.commands.problems import NotFound
from peel.machine.pages.reading import reading
from peel.machine.ui import parts
from peel.services.notify import commands, queries
from peel.services.notify.models import Notice, Reason
from peel.services.notify.pages.around import name_of, page_of, read_id, tabs

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


@dataclass(frozen=True)
class Told:
    """A notice as the page shows it."""

    notice: Notice
    about: str
    why: str
    opens: str
    record_id: str

    @property
    def unread(self) -> bool:
        """Whether it has not been read."""
        return self.notice.read_at is None


@require_safe
@reading
def show_inbox(request: HttpRequest) -> HttpResponseBase:
    """What concerns me."""
    identity = request.identity  # type: ignore[attr-defined]
    looks.describe(name="notify.inbox", query=request.GET.urlencode() or None)
    reason = request.GET.get("reason", "")
    asked: dict[str, Any] = {"reason": reason if reason in Reason.values else "",
             "unread": request.GET.get("unread") == "1"}  # fmt: skip
    found = queries.others(identity, **asked)
    before, after = (_place(identity, request, name) for name in ("before", "after"))
    rows, newer, older = queries.page_of(found, before=before, after=after)
    alarms = list(queries.open_alarms(identity)[: queries.MOST])
    told = _told(identity, [*alarms, *rows])
    context = {
        "tabs": tabs(identity, "notices"),
        "asked": asked,
        "reasons": Reason.choices,
        "alarms": told[: len(alarms)],
        "told": told[len(alarms) :],
        "pager": _pager(rows, asked, newer=newer, older=older),
        "waiting": queries.waiting(identity),
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "notify/inbox.html", context)


def _place(identity: "Identity", request: HttpRequest, name: str) -> Notice | None:
    key = read_id(request.GET.get(name, ""))
    return queries.notices(identity).filter(pk=key).first() if key else None


def _told(identity: "Identity", rows: list[Notice]) -> list[Told]:
    records = queries.seen_records(identity, {row.record_id for row in rows if row.record_id})
    found = []
    for row in rows:
        record = records.get(row.record_id) if row.record_id else None
        about = name_of(record) if row.record_id else ""
        opens = reverse("notices-open", args=[row.pk]) if record or row.break_glass_id else ""
        key = str(record.pk) if record and not row.break_glass_id else ""
        found.append(Told(row, about, Reason(row.reason).label, opens, key))
    return found


def _pager(rows: list[Notice], asked: dict[str, Any], *, newer: bool, older: bool) -> parts.Pager:
    kept = {"reason": asked["reason"], "unread": "1" if asked["unread"] else ""}

    def to(**place: Any) -> str:
        return "?" + urlencode({k: v for k, v in {**kept, **place}.items() if v})

    return parts.Pager(
        first=to() if newer else "",
        previous=to(after=rows[0].pk) if newer and rows else "",
        next=to(before=rows[-1].pk) if older and rows else "",
        total=f"{len(rows)} {'notice' if len(rows) == 1 else 'notices'}, newest first"
        if rows else "",
    )  # fmt: skip


@require_safe
@reading
def open_notice(request: HttpRequest, notice_id: Any) -> HttpResponseBase:
    """Mark a notice read and go on to what it is about: the act for an alarm, else the record."""
    identity = request.identity  # type: ignore[attr-defined]
    notice = queries.notices(identity).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("This notice is gone, or what it was about is no longer yours to see")
    commands.mark(identity, [notice.pk], read=True)
    if notice.break_glass_id:
        return HttpResponseRedirect(reverse("break-glass-act", args=[notice.break_glass_id]))
    seen = queries.seen_records(identity, {notice.record_id} if notice.record_id else set())
    where = page_of(*seen.values()) if seen else reverse("notices")
    return HttpResponseRedirect(where)


@require_POST
@reading
def mark_notices(request: HttpRequest) -> HttpResponseBase:
    """Mark one notice read or unread, or all; or mute what one is about."""
    identity = request.identity  # type: ignore[attr-defined]
    sent = request.POST
    if "all" in sent:
        commands.mark(identity, None, read=True)
    for name, read in (("read", True), ("unread", False)):
        if key := read_id(sent.get(name, "")):
            commands.mark(identity, [key], read=read)
    if key := read_id(sent.get("mute", "")):
        commands.mute(identity, record_id=key)
        messages.success(request, "You will not be told of that record. Undo it under “Muted”.")
    back = sent.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("notices"))
