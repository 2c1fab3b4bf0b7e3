"""The addresses of resolution, below /resolution/."""

from django.urls import path

from peel.services.resolution.pages import likely, models, policy, queue, runs

urlpatterns = [
    path("", queue.show_queue, name="resolution-queue"),
    path("likely/", likely.show_likely, name="resolution-likely"),
    path("pairs/<uuid:proposal_id>/", queue.show_pair, name="resolution-pair"),
    path("policy/", policy.show_policy, name="resolution-policy"),
    path("runs/<uuid:run_id>/", runs.show_run, name="resolution-run"),
    path("models/", models.show_models, name="resolution-models"),
    path("models/<int:number>/", models.show_model, name="resolution-model"),
]
