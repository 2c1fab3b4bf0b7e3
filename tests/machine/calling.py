"""A program that calls the API with a token, for tests."""

from typing import Any

from django.test import Client

from peel.kernel.access import tokens
from peel.kernel.access.identity import Identity, speaking


def token_for(who: Identity, *scopes: str, **kw: Any) -> str:
    """A token of `who`, who must have the permission to make some; with every scope by default."""
    kw = {"name": "Test", "purpose": "A test's purpose"} | kw
    with speaking(who, using="door"):
        return tokens.mint(who.appointment_id, scopes=scopes or ["*"], **kw)[1]


def program(token: str, **headers: str) -> Client:
    """A client that sends the token, and no cookie."""
    return Client(headers={"Authorization": f"Bearer {token}", **headers})
