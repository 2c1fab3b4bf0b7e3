"""The permissions of resolution."""

REVIEW = "resolution.review"
MODEL_VIEW = "resolution.model.view"
MODEL_DECIDE = "resolution.model.decide"
POLICY = "resolution.policy.decide"
