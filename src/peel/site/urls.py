"""Every address of Peel: the shell's own pages, sign-in, the derived pages and the API."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from peel.machine.api.site import build, urls_of
from peel.machine.pages.urls import derived_urls
from peel.machine.ui.styleguide import styleguide
from peel.pole.objects.pages import show_objects
from peel.services.programs.site import explaining, extend
from peel.site import home, pages

api = extend(build(settings.PEEL_IDENTITY_COOKIE))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show_home, name="home"),
    path("", include("peel.services.search.urls")),
    path("purpose/", home.set_purpose, name="purpose"),
    path("", include("peel.site.signin.urls")),
    path("api/", urls_of(api)),
    path("help/api/", explaining(api), name="api-help"),
    *pages.urlpatterns,
    path("styleguide/", styleguide, name="styleguide"),
    path("audit/", include("peel.services.oversight.urls")),
    path("", include("peel.services.programs.urls")),
    path("exchange/", include("peel.services.exchange.urls")),
    path("quality/", include("peel.services.quality.urls")),
    path("resolution/", include("peel.services.resolution.urls")),
    path("staff/", include("peel.services.staff.urls")),
    path("", include("peel.services.notify.urls")),
    path("", include("peel.pole.charts.urls")),
    path("objects/", show_objects, name="objects"),
    path("", include("peel.pole.maps.urls")),
    *derived_urls(),
]

handler400 = "peel.site.errors.bad_request"
handler403 = "peel.site.errors.forbidden"
handler404 = "peel.site.errors.not_found"
handler429 = "peel.site.errors.too_many"
handler500 = "peel.site.errors.server_error"
