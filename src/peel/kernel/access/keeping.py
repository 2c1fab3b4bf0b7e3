"""How what is secret is kept at the door: encrypted, under the key of the second factors."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def cipher() -> Fernet:
    """The cipher for secrets of second factors and for what was typed before a proof."""
    key = hashlib.sha256(b"second factor:" + settings.PEEL_SECOND_FACTOR_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
