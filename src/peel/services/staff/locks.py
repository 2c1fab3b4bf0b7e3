"""Who is locked out after too many tries, and how the count is taken back.

The counts are allauth's, kept by user name and (for codes) by user in the door's cache.
"""

import time
from collections.abc import Iterator
from uuid import UUID

from allauth.core.internal import ratelimit
from django.core.cache import cache

_RULE = {"app": "allauth.account", "action": "login_failed"}


def _counts(username: str, user_id: UUID) -> Iterator[tuple[str, ratelimit.Rate]]:
    """Where the tries of a user are counted, with how many are too many."""
    for rate in ratelimit.get_rates(**_RULE):
        if rate.per != "key":
            continue
        # As AccountAdapter counts passwords, and second_factor.judge counts codes.
        for key in (username.casefold(), f"code-{user_id}"):
            yield ratelimit.get_cache_key(None, rate=rate, key=key, **_RULE), rate


def is_locked(username: str, user_id: UUID) -> bool:
    """Whether a right password or code would be refused at this moment."""
    now = time.time()
    return any(
        sum(1 for moment in cache.get(key, []) if moment > now - rate.duration) >= rate.amount
        for key, rate in _counts(username, user_id)
    )


def unlock(username: str, user_id: UUID) -> None:
    """Forget the tries of a user; those counted by address stay."""
    for key, _ in _counts(username, user_id):
        cache.delete(key)
