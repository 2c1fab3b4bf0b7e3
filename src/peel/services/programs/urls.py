"""The addresses of tokens and programs."""

from django.urls import path

from peel.services.programs.pages import tokens

urlpatterns = [
    path("account/tokens/", tokens.show_own, name="api-tokens"),
    path("account/tokens/new/", tokens.show_task, {"what": "token"}, name="api-token-new"),
    path("account/tokens/<uuid:key>/end/", tokens.show_task, {"what": "end"}, name="api-token-end"),
    path("account/tokens/<uuid:key>/replace/", tokens.show_task, {"what": "replace"},
         name="api-token-replace"),
    path("staff/programs/", tokens.show_programs, name="staff-programs"),
    path("staff/programs/new/", tokens.show_task, {"what": "program"}, name="staff-program-new"),
    path("staff/programs/<uuid:key>/token/", tokens.show_task, {"what": "token"},
         name="staff-program-token"),
]  # fmt: skip
