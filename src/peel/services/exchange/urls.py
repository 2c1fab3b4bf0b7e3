"""The addresses of exchange, below /exchange/."""

from django.urls import path

from peel.services.exchange.pages import importing

urlpatterns = [
    path("", importing.show_imports, name="exchange-imports"),
    path("template/<str:kind>.csv", importing.take_template, name="exchange-template"),
    # Files are taken at addresses of this form alone (kernel/files/uploads.py).
    path("files/new/", importing.bring, name="exchange-bring"),
    path("<uuid:import_id>/", importing.show_import, name="exchange-import"),
    path("<uuid:import_id>/not-taken.csv", importing.take_not_taken, name="exchange-not-taken"),
]
