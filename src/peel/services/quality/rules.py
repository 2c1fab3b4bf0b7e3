"""Who may read the figures."""

VIEW = "quality.figures.view"
