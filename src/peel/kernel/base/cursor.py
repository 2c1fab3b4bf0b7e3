"""A place in the order of publication, as an opaque word.

The bare number would count what happened to records that its holder may not see.
"""

import base64
import binascii
import hashlib
import struct
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

_MARK = b"peel-pos"
_BLOCK = struct.Struct(">q8s")


@lru_cache(maxsize=4)
def _cipher(secret: str) -> "Cipher[modes.ECB]":
    key = hashlib.sha256(b"peel place in the order of publication" + secret.encode()).digest()
    # One block and never more: the same place is the same word, which is all that ECB gives away.
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305


def seal(number: int) -> str:
    """The word of a place."""
    made = _cipher(settings.SECRET_KEY).encryptor()
    block = made.update(_BLOCK.pack(number, _MARK)) + made.finalize()
    return base64.urlsafe_b64encode(block).decode().rstrip("=")


def open_(word: str) -> int:
    """The place of a word. Raises ValueError for a word that is none of ours."""
    try:
        block = base64.urlsafe_b64decode(word.encode("ascii") + b"==")
        if len(block) != _BLOCK.size:
            raise ValueError("the length is wrong")
        read = _cipher(settings.SECRET_KEY).decryptor()
        number, mark = _BLOCK.unpack(read.update(block) + read.finalize())
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("this is no place of ours") from error
    if mark != _MARK or number < 0:
        raise ValueError("this is no place of ours")
    return int(number)
