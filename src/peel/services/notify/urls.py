"""The addresses of notices, of what is watched, and of break-glass."""

from django.urls import path

from peel.services.notify.pages import acts, glass, inbox, mutes, watching

urlpatterns = [
    path("notices/", inbox.show_inbox, name="notices"),
    path("notices/mark/", inbox.mark_notices, name="notices-mark"),
    path("notices/mutes/", mutes.show_mutes, name="notices-mutes"),
    path("notices/watching/", watching.show_watching, name="notices-watching"),
    path("notices/<uuid:notice_id>/", inbox.open_notice, name="notices-open"),
    path("break-glass/", glass.show_break_glass, name="break-glass"),
    path("break-glass/acts/", acts.show_acts, name="break-glass-acts"),
    path("break-glass/acts/<uuid:act_id>/", acts.show_act, name="break-glass-act"),
    path("break-glass/acts/<uuid:act_id>/end/", glass.end_now, name="break-glass-end"),
]
