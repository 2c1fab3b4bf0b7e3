"""What is said of likely records that the one who records may not see: the force decides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from peel.machine.commands import run
from peel.machine.commands.problems import Problem
from peel.machine.pages.reading import identity_of, problem_page, reading, require, to_sign_in
from peel.services.resolution import commands
from peel.services.resolution.forms import PolicyForm
from peel.services.resolution.models import HiddenPolicy
from peel.services.resolution.pages.queue import tabs
from peel.services.resolution.rules import POLICY


@require_http_methods(["GET", "HEAD", "POST"])
def show_policy(request: HttpRequest) -> HttpResponseBase:
    """The policy as it is, and the question."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    form = PolicyForm(request.POST, identity=identity) if request.method == "POST" else None
    if form is None or not form.is_valid():
        return _page(request, form)
    try:
        run(commands.decide_policy, identity, form.cleaned_data)
    except Problem as problem:
        return problem_page(request, problem)
    messages.success(request, "Your decision holds from now on.")
    return HttpResponseRedirect(reverse("resolution-policy"))


@reading
def _page(request: HttpRequest, sent: PolicyForm | None) -> HttpResponseBase:
    identity = require(request, POLICY, name="resolution.policy")
    row = HiddenPolicy.objects.filter(pk=identity.organisation_id).first()
    now = {"hidden": "ask" if row and row.asks else "silent", "whom": row.whom if row else ""}
    form = sent or PolicyForm(initial=now, identity=identity)
    context = {"tabs": tabs(identity, "policy"), "form": form}
    status = 200 if sent is None else 422
    return TemplateResponse(request, "resolution/policy.html", context, status=status)
