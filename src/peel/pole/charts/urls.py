"""What the script of a chart asks, and where it is saved and taken out."""

from django.urls import path
from django.views.decorators.http import require_POST

from peel.pole.charts import exporting, pages

urlpatterns = [
    path("charts/draw/", require_POST(pages.draw), name="charts-draw"),
    path("charts/save/", require_POST(pages.save), name="charts-save"),
    path("charts/export/", require_POST(exporting.export), name="charts-export"),
]
