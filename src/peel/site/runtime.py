"""Where this checkout keeps what it makes at run time, and the secrets it made for itself."""

import hashlib
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("PEEL_VAR", ROOT / "var"))
# Cookies ignore ports, so two checkouts on one machine need names of their own.
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]


def secret(name: str) -> str:
    """The secret `name`: from PEEL_SECRET_<NAME>, else made once and kept, readable by us only."""
    if given := os.environ.get(f"PEEL_SECRET_{name.upper()}"):
        return given
    path = VAR / "keys" / f"{name}.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = secrets.token_urlsafe(48)
        partial = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(made)
        try:
            # A link is atomic and refuses to overwrite: of two that start at once, one wins.
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_text()
