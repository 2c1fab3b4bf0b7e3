"""Tests of the components, the forms and the page layout."""
