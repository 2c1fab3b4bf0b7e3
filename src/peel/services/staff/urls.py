"""The addresses of the pages about staff, below /staff/."""

from django.urls import path

from peel.services.staff.pages import doing, people, structure

urlpatterns = [
    path("", people.show_users, name="staff-users"),
    path("new/", doing.page_of(doing.create_user), name="staff-create"),
    path("people/<uuid:user_id>/", people.show_user, name="staff-user"),
    path("people/<uuid:user_id>/<slug:slug>/", doing.page_of(doing.on_user),
         name="staff-user-command"),
    path("posts/<uuid:appointment_id>/end/", doing.page_of(doing.end_appointment),
         name="staff-end"),
    path("units/", structure.show_units, name="staff-units"),
    path("units/new/", doing.page_of(doing.create_unit), name="staff-unit-create"),
    path("units/<uuid:unit_id>/rename/", doing.page_of(doing.rename_unit),
         name="staff-unit-rename"),
    path("organisations/new/", doing.page_of(doing.create_organisation),
         name="staff-organisation-create"),
    path("organisations/<uuid:organisation_id>/rename/",
         doing.page_of(doing.rename_organisation), name="staff-organisation-rename"),
    path("roles/", structure.show_roles, name="staff-roles"),
    path("roles/<str:name>/", structure.show_role, name="staff-role"),
]  # fmt: skip
