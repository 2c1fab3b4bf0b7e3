"""The network address that a request came from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def source_address(request: HttpRequest) -> str | None:
    """REMOTE_ADDR, for anyone can write X-Forwarded-For.

    Only when REMOTE_ADDR is a proxy named in PEEL_TRUSTED_PROXIES is that header followed, from
    its right end, to the first address that is not such a proxy.
    """
    trusted = set(getattr(settings, "PEEL_TRUSTED_PROXIES", ()))
    address: str | None = request.META.get("REMOTE_ADDR") or None
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while address in trusted and hops:
        try:
            address = str(ipaddress.ip_address(hops.pop().strip()))
        except ValueError:
            break
    return address
