"""The access review: what it holds, and the file itself."""

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from peel.kernel.access import step_up
from peel.kernel.base.streaming import streamed
from peel.machine.commands.problems import Problem
from peel.machine.pages.reading import identity_of, problem_page, reading, require, to_sign_in
from peel.services.staff import queries, rules
from peel.services.staff.pages import tabs
from peel.services.staff.reviewing import HEADINGS, Review


@require_safe
@reading
def show_review(request: HttpRequest) -> HttpResponseBase:
    """What the file will hold, and where it is."""
    identity = require(request, rules.REVIEW, name="staff.review")
    context = {
        **tabs.around(identity, "staff-review"),
        "organisations": queries.organisations(identity),
        "headings": HEADINGS,
        "file_url": reverse("staff-review-csv"),
    }
    return TemplateResponse(request, "staff/review.html", context)


@require_GET
def take_review(request: HttpRequest) -> HttpResponseBase:
    """Every post within reach as CSV."""
    if identity_of(request) is None:
        return to_sign_in(request)
    try:
        identity = require(request, rules.REVIEW, name=rules.REVIEW)
        step_up.require(identity, rules.REVIEW)
        review = Review(identity)
    except Problem as problem:
        return problem_page(request, problem)
    response = StreamingHttpResponse(
        streamed(review.pieces()), content_type=review.writer.media_type
    )
    response["Content-Disposition"] = f'attachment; filename="{review.file_name}"'
    return response
