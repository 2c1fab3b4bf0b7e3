"""A record taken out with its links: accounted for as a disclosure before each part leaves."""

import hashlib
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse

from peel.kernel.access.identity import speaking
from peel.kernel.audit import ledger, looks
from peel.kernel.base.streaming import streamed
from peel.machine.commands.problems import NotFound, Problem
from peel.machine.pages.reading import (
    identity_of,
    one_record,
    problem_page,
    require,
    to_sign_in,
)
from peel.services.exchange.rules import EXPORT
from peel.services.exchange.sharing import ftm, niem
from peel.services.exchange.sharing.gathering import gathered

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

FORMS: dict[str, ModuleType] = {"niem": niem, "ftm": ftm}


def share(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """The page that offers the forms; with `?form=` the file itself."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    form = request.GET.get("form", "")
    try:
        with speaking(identity):
            require(request, EXPORT, name="exchange.share")
            require(request, sheet.may.view, name="exchange.share")
            record = one_record(sheet, identity, reference)
            looks.note([record.pk])
            if not form:
                context = {"sheet": sheet, "record": record}
                return TemplateResponse(request, "exchange/share.html", context).render()
        if form not in FORMS:
            raise NotFound
    except Problem as problem:
        return problem_page(request, problem)
    pieces = _Disclosure(record, identity, form).pieces()
    response = StreamingHttpResponse(streamed(pieces), content_type=FORMS[form].MEDIA_TYPE)
    name = f"{record.reference}.{FORMS[form].SUFFIX}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Disclosure:
    """One file on its way out."""

    def __init__(self, record: Any, identity: "Identity", form: str) -> None:
        self.record, self.identity, self.form = record, identity, form
        self.records = self.links = 0

    def pieces(self) -> Iterator[bytes]:
        """The file, part by part. Raises LedgerUnavailable where one cannot be accounted for."""
        form, digest = FORMS[self.form], hashlib.sha256()
        # Lines of its own name all that leaves, so what is read here is not noted once more.
        try:
            with looks.looking(looks.Look()):
                piece = form.begin()
                digest.update(piece)
                yield piece
                for part in gathered(self.record, self.identity):
                    self.records += len(part.records)
                    self.links += len(part.links)
                    self._account([record.pk for record in part.records])
                    piece = form.written(part)
                    digest.update(piece)
                    yield piece
            self._account([], sha256=digest.hexdigest(), closing=True)
            yield form.end(digest.hexdigest())
        except GeneratorExit:
            self._account([], ledger.Outcome.FAILED, reason="The connection was dropped")
            raise

    def _account(
        self, subjects: list[Any], outcome: ledger.Outcome = ledger.Outcome.DONE, **more: Any
    ) -> None:
        ledger.write_apart(
            act=ledger.Act.DISCLOSURE, name=EXPORT, outcome=outcome, subjects=subjects,
            detail={"format": self.form, "records": self.records, "links": self.links, **more},
            token=self.identity.token,
        )  # fmt: skip
