"""A database that cannot be reached is a 503 in plain words, on pages and in the API."""

import pytest
from django.db import OperationalError
from django.test import Client

from peel.kernel.access import middleware


@pytest.mark.parametrize("path", ["/", "/api/pole/nominal/"])
def test_an_unreachable_database_is_said_to_be_that(monkeypatch, path):
    def unreachable(*_args):
        raise OperationalError("the connection was refused")

    monkeypatch.setattr(middleware, "_settle", unreachable)
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 503
    assert "reach its database" in answer.content.decode()
