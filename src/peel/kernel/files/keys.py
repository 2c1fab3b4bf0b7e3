"""The keys of the store: each file has its own, wrapped by a key of the installation.

The installation's keys are derived from `PEEL_FILES_KEYS`, the one in use first; those behind it
still open what they once wrapped, until `./peel files rekey` has wrapped it anew.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


class KeyMissing(Exception):
    """None of the installation's keys opens this file's key."""


@lru_cache(maxsize=4)
def _derived(secrets: tuple[str, ...]) -> dict[str, bytes]:
    """Each secret's key by its id, the one in use first."""
    found = {}
    for secret in secrets:
        # The secrets are random and long, so one keyed hash makes a key of them.
        key = hashlib.blake2b(secret.encode(), digest_size=32, person=b"peel files key").digest()
        found[hashlib.blake2b(key, digest_size=8, person=b"peel key id").hexdigest()] = key
    return found


def _keys() -> dict[str, bytes]:
    given: Sequence[str] = settings.PEEL_FILES_KEYS
    return _derived(tuple(given))


def current_id() -> str:
    """The id of the key in use."""
    return next(iter(_keys()))


def wrap(data_key: bytes, about: bytes) -> tuple[str, bytes]:
    """A file's key under the key in use, bound to the file's id; with the id of that key."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(_NONCE)
    return key_id, nonce + AESGCM(key).encrypt(nonce, data_key, about)


def unwrap(key_id: str, wrapped: bytes, about: bytes) -> bytes:
    """A file's key. Raises KeyMissing when the installation has no key that opens it."""
    key = _keys().get(key_id)
    if key is None:
        raise KeyMissing(f"The key {key_id} is not among the keys of this installation")
    try:
        return AESGCM(key).decrypt(bytes(wrapped[:_NONCE]), bytes(wrapped[_NONCE:]), about)
    except InvalidTag as error:
        raise KeyMissing(f"The key {key_id} does not open this file's key") from error
