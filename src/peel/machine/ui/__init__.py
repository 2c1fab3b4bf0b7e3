"""Peel's pages: GOV.UK components, forms, the page around every page, and the parts within.

Templates load the tags of `peel_ui`; views fill the partials in `templates/ui/partials` with the
plain values of `parts`. `/styleguide/` shows them all.
"""
