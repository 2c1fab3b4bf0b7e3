"""The addresses of search."""

from django.urls import path

from peel.services.search import pages

urlpatterns = [
    path("search/", pages.show_search, name="search"),
    path("search/suggest/", pages.suggest, name="search-suggest"),
    path("search/keep/", pages.keep, name="search-keep"),
    path("search/forget/", pages.forget, name="search-forget"),
]
