"""The addresses of the auditor's pages, below /audit/."""

from django.urls import path

from peel.services.oversight.pages import export, line, lines, state, summaries

urlpatterns = [
    path("", lines.show_lines, name="oversight-lines"),
    path("export/<str:form>/", export.take_out, name="oversight-export"),
    path("ledger/", state.show_ledger, name="oversight-ledger"),
    path("lines/<uuid:line_id>/", line.show_line, name="oversight-line"),
    path("lines/<uuid:line_id>/proof/", line.take_proof, name="oversight-proof"),
    path("officers/<uuid:user_id>/", summaries.show_officer, name="oversight-officer"),
    path("records/<uuid:subject>/", summaries.show_record, name="oversight-record"),
]
