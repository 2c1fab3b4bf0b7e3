"""The addresses of search."""

from django.urls import path

from peel.services.search import keeping, pages, taking

urlpatterns = [
    path("search/", pages.show_search, name="search"),
    path("search/suggest/", pages.suggest, name="search-suggest"),
    path("search/keep/", keeping.keep, name="search-keep"),
    path("search/forget/", keeping.forget, name="search-forget"),
    path("search/tell/", keeping.tell, name="search-tell"),
    path("search/results.csv", taking.show_csv, name="search-csv"),
    path("search/results.xlsx", taking.show_xlsx, name="search-xlsx"),
]
