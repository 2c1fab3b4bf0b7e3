"""Headers that keep a page to itself: nothing from elsewhere, nothing inline, nothing kept."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(),"
    " encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(),"
    " microphone=(), midi=(), payment=(), publickey-credentials-get=(self), usb=(),"
    " xr-spatial-tracking=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # Shared computers and back buttons: nothing that a page showed is kept by the browser.
    "Cache-Control": "no-store",
}

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class ContentSecurityMiddleware:
    """Sets the headers on every answer that a view made; one that a view set itself stands."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request, with the headers."""
        if self.is_async:
            return self._answer(request)
        return guarded(cast(HttpResponseBase, self.get_response(request)))

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        return guarded(await cast(Awaitable[HttpResponseBase], self.get_response(request)))


def static_headers(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """What a static file carries too: without it a page so guarded may not start a script apart."""
    for name in ("Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy"):
        headers[name] = HEADERS[name]


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """The response, with each header that it does not yet carry."""
    for name, value in HEADERS.items():
        if not response.has_header(name):
            response[name] = value
    return response
