"""Gives every test of the ledger a signing key and an outside copy of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_heads(settings, tmp_path: Path) -> None:
    settings.PEEL_AUDIT_KEY = tmp_path / "keys" / "audit.pem"
    settings.PEEL_AUDIT_HEADS = tmp_path / "outside" / "heads.jsonl"
