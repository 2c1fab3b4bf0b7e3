"""The addresses of data quality, below /quality/."""

from django.urls import path

from peel.services.quality import pages

urlpatterns = [
    path("", pages.show_figures, name="quality"),
    path("figures.csv", pages.take_figures, name="quality-csv"),
    path("<slug:name>/", pages.show_records, name="quality-records"),
]
