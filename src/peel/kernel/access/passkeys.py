"""Passkeys: where they may be used, and what is asked of one beyond what allauth asks.

allauth checks challenge, relying party, signature and that the user was verified. Here is added:
the exact origin, one use of a challenge for all processes, a counter that only rises, and tries
that are counted before they are judged.
"""

import hashlib
import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from peel.kernel.access import second_factor
from peel.kernel.access.hooks import tell
from peel.kernel.access.models import User

KIND = Authenticator.Type.WEBAUTHN
MOST = 10
CHALLENGE_KEPT = 900
WRONG = "This passkey was not accepted. Try again, or use your user name and password."
NOT_ADDED = "This passkey could not be added. Try again."
KNOWN = "This passkey has been added already."
ENOUGH = f"You have {MOST} passkeys, which is the most. Remove one that you no longer use."


def host_of(request: HttpRequest) -> str:
    """The name that passkeys are bound to here; "" where they cannot be used.

    Browsers refuse passkeys at a bare IP address, so none is ever among the hosts.
    """
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if host in settings.PEEL_PASSKEY_HOSTS else ""
    return ""


def relying_party(request: HttpRequest) -> dict[str, str]:
    """The relying party of this request. Raises PermissionDenied where passkeys have no place."""
    host = host_of(request)
    if not host:
        raise PermissionDenied("passkeys are not used at this address")
    return {"id": host, "name": settings.PEEL_NAME}


def of_user(user_id: Any) -> list[Any]:
    """The passkeys of a user, wrapped, oldest first."""
    found = Authenticator.objects.filter(user_id=user_id, type=KIND).order_by("pk")
    return [one.wrap() for one in found]


def creation_options(request: HttpRequest) -> str:
    """What the browser makes a passkey by: one it can offer by itself, and that verifies."""
    return json.dumps(auth.begin_registration(request.user, True))


def request_options(user: User | None = None) -> dict[str, Any]:
    """What the browser uses a passkey by: one of the user's, or any that it knows."""
    return dict(auth.begin_authentication(user))


def rename(passkey_id: int, name: str) -> Authenticator:
    """Give a passkey another name; its counter, which a sign-in may just be raising, stays."""
    with transaction.atomic(using="door"):
        row = Authenticator.objects.select_for_update().get(pk=passkey_id)
        row.data["name"] = name
        row.save(update_fields=["data"])
    return row


class AddForm(AddWebAuthnForm):
    """A passkey that the browser has just made, and what its owner calls it."""

    name = forms.CharField(
        label="Name", max_length=60,
        help_text="So that you can tell your passkeys apart, for example “Desk in Response A”",
    )  # fmt: skip
    passwordless = None

    def clean_name(self) -> str:
        """The name, without what surrounds it."""
        return str(self.cleaned_data["name"]).strip()

    def clean(self) -> dict[str, Any]:
        """Accept what fits the challenge. Raises ValidationError."""
        said = self.cleaned_data.get("credential")
        if not said:
            return dict(self.cleaned_data)
        try:
            made = auth.parse_registration_response(_object(said))
            _demand_origin(made.response.client_data)
            _use_up(made.response.client_data)
            if not auth.complete_registration(said).is_user_verified():
                raise ValueError("the user was not verified")
        except (AttributeError, KeyError, TypeError, ValueError, forms.ValidationError) as error:
            raise forms.ValidationError(NOT_ADDED, code="incorrect_code") from error
        finally:
            auth.clear_state()
        if Authenticator.objects.filter(type=KIND, data__credential__id=said["id"]).exists():
            raise forms.ValidationError(KNOWN)
        if len(of_user(self.user.pk)) >= MOST:
            raise forms.ValidationError(ENOUGH)
        return dict(self.cleaned_data)


class UseForm(AuthenticateWebAuthnForm):
    """A passkey shown: as second factor or proof of a `user`, or, without one, to sign in."""

    def clean_credential(self) -> Authenticator:
        """The passkey, once all that is asked of it holds. Raises ValidationError."""
        said = self.cleaned_data["credential"]
        if self.user is None:
            self.authenticator = _judged(None, said)
        else:
            second_factor.judge(
                self.user, lambda: self._found(said), name="access.sign_in.passkey", wrong=WRONG
            )
        return self.authenticator

    def _found(self, said: Any) -> bool:
        try:
            self.authenticator = _judged(self.user, said)
        except forms.ValidationError:
            return False
        return True


def _judged(user: User | None, said: Any) -> Authenticator:
    """The passkey that signed what `said` says. Raises ValidationError, in the same words always.

    The challenge is spent whatever comes of it.
    """
    holder: Any = user
    try:
        shown = auth.parse_authentication_response(_object(said)).response
        _demand_origin(shown.client_data)
        holder = user or auth.extract_user_from_response(said)
        if not holder.is_active:
            raise ValueError("the user is not active")
        _use_up(shown.client_data)
        found = auth.complete_authentication(holder, said)
        _count_up(found, shown.authenticator_data.counter)
    except (AttributeError, KeyError, TypeError, ValueError, forms.ValidationError) as error:
        if user is None:
            request = context.request
            who = holder.pk if holder is not None else None
            tell("access.sign_in.passkey", "refused", request, user_id=who)
        raise forms.ValidationError(WRONG, code="incorrect_code") from error
    finally:
        auth.clear_state()
    found.user = holder
    return found


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise TypeError("not an object")
    return said


def _demand_origin(client_data: Any) -> None:
    """The page that asked was one of this very scheme, host and port."""
    request = context.request
    if client_data.origin != f"{request.scheme}://{request.get_host()}":
        raise ValueError("another origin")


def _use_up(client_data: Any) -> None:
    """A challenge is answered once, also when two answers come at the same moment."""
    name = "challenge:" + hashlib.sha256(client_data.challenge).hexdigest()
    if not cache.add(name, 1, CHALLENGE_KEPT):
        raise ValueError("the challenge has been answered")


def _count_up(found: Authenticator, count: int) -> None:
    """Refuse a counter that does not rise: two devices sign with one key. Zero means none is kept.

    The row is locked, so that of two answers with one count just one is taken.
    """
    with transaction.atomic(using="door"):
        row = Authenticator.objects.select_for_update().get(pk=found.pk)
        last = row.data.get("counter", row.wrap().authenticator_data.counter)
        if (count or last) and count <= last:
            raise ValueError("the counter went back")
        row.data["counter"] = count
        row.save(update_fields=["data"])
    found.data = row.data
