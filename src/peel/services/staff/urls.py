"""The addresses of the pages about staff, below /staff/."""

from django.urls import path

from peel.services.staff.pages import doing, lending, people, review, roles, structure

urlpatterns = [
    path("", people.show_users, name="staff-users"),
    path("new/", doing.page_of(doing.create_user), name="staff-create"),
    path("people/<uuid:user_id>/", people.show_user, name="staff-user"),
    path("people/<uuid:user_id>/<slug:slug>/", doing.page_of(doing.on_user),
         name="staff-user-command"),
    path("posts/<uuid:appointment_id>/end/", doing.page_of(doing.end_appointment),
         name="staff-end"),
    path("posts/<uuid:appointment_id>/lend/", doing.page_of(lending.lend), name="staff-lend"),
    path("delegations/", lending.show_delegations, name="staff-delegations"),
    path("delegations/<uuid:appointment_id>/end/", doing.page_of(lending.end),
         name="staff-delegation-end"),
    path("units/", structure.show_units, name="staff-units"),
    path("units/new/", doing.page_of(doing.create_unit), name="staff-unit-create"),
    path("units/<uuid:unit_id>/rename/", doing.page_of(doing.rename_unit),
         name="staff-unit-rename"),
    path("organisations/new/", doing.page_of(doing.create_organisation),
         name="staff-organisation-create"),
    path("organisations/<uuid:organisation_id>/rename/",
         doing.page_of(doing.rename_organisation), name="staff-organisation-rename"),
    path("roles/", roles.show_roles, name="staff-roles"),
    path("compare-roles/", roles.compare_roles, name="staff-compare-roles"),
    path("review/", review.show_review, name="staff-review"),
    path("review.csv", review.take_review, name="staff-review-csv"),
    path("roles/<str:name>/", roles.show_role, name="staff-role"),
]  # fmt: skip
