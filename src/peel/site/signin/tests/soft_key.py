"""A passkey in software (ES256), for tests that cheat as no browser lets one cheat."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    """Bytes as WebAuthn's JSON writes them."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def raw(words: str) -> bytes:
    """The bytes of such a text."""
    return urlsafe_b64decode(words + "=" * (-len(words) % 4))


@dataclass
class SoftKey:
    """One key pair on one pretended device."""

    origin: str = "http://localhost"
    host: str = "localhost"
    counter: int = 0
    flags: int = PRESENT | VERIFIED
    handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def create(self, options: dict[str, Any]) -> str:
        """Make the passkey that `options` ask for; gives what a browser would send."""
        options = options["publicKey"]
        self.handle = raw(options["user"]["id"])
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        attested = bytes(16) + struct.pack(">H", 32) + self.credential_id + public
        data = self._data(ATTESTED) + attested
        client = self._client("webauthn.create", options["challenge"])
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said(
            {"clientDataJSON": text(client), "attestationObject": text(made)},
            {"credProps": {"rk": True}},
        )

    def get(self, options: dict[str, Any]) -> str:
        """Sign the challenge of `options`, with the next count."""
        self.counter += 1
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(0)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._said({
            "clientDataJSON": text(client), "authenticatorData": text(data),
            "signature": text(signature), "userHandle": text(self.handle),
        })  # fmt: skip

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(
            ">BI", self.flags | more, self.counter
        )

    def _said(self, response: dict[str, str], extensions: dict[str, Any] | None = None) -> str:
        name = text(self.credential_id)
        return json.dumps({
            "id": name, "rawId": name, "type": "public-key", "response": response,
            "clientExtensionResults": extensions or {},
        })  # fmt: skip
