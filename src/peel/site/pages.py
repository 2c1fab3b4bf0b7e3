"""The pages that stand still: help, accessibility statement, cookies, licences."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

# What Peel stands on, with the licence of each, as its own files state it.
LICENCES = (
    ("GOV.UK Frontend", "MIT", "Crown Copyright (Government Digital Service)"),
    ("MOJ Frontend", "MIT", "Crown Copyright (Ministry of Justice)"),
    ("govuk-frontend-jinja", "MIT", "Crown Copyright (HM Land Registry)"),
    ("htmx", "Zero-Clause BSD", "Big Sky Software"),
    ("Django", "BSD 3-Clause", "Django Software Foundation and contributors"),
    ("PostgreSQL", "PostgreSQL Licence", "The PostgreSQL Global Development Group"),
)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to find, record and be accountable."""
    return render(request, "site/help.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "site/accessibility.html")


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Which cookies are set, and why."""
    names = [
        (settings.SESSION_COOKIE_NAME, "Keeps your place while you are signed in", "12 hours"),
        (settings.PEEL_IDENTITY_COOKIE, "Says who you act as", "When you sign out"),
        (settings.CSRF_COOKIE_NAME, "Proves that a form you send came from Peel", "1 year"),
    ]
    return render(request, "site/cookies.html", {"cookies": names})


@login_not_required
@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """What Peel stands on and the acknowledgements that it owes."""
    return render(request, "site/licences.html", {"licences": LICENCES})


urlpatterns = [
    path("help/", help_page, name="help"),
    path("accessibility/", accessibility, name="accessibility"),
    path("cookies/", cookies, name="cookies"),
    path("licences/", licences, name="licences"),
]
