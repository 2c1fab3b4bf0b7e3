"""A list's question as a query string."""

from django.http import QueryDict

from peel.machine.queries.asking import PAGE_SIZES, PARAMETERS, Asked
from peel.machine.queries.columns import NEWEST, Key, public


def as_query(asked: Asked) -> QueryDict:
    """The question as a query string in its one form, but for its place in the list."""
    query = QueryDict(mutable=True)
    for name, values in asked.chosen.items():
        query.setlist(name, list(values))
    for name, text in asked.added.items():
        query[name] = text
    plain = {
        "q": asked.text,
        "recorded": asked.recorded.text if asked.recorded else "",
        "join": "or" if asked.any_group and asked.conditions else "",
        "size": "" if asked.size == PAGE_SIZES[0] else str(asked.size),
        "density": asked.density,
    }
    several = {
        "where": [condition.text for condition in asked.conditions],
        "col": list(asked.columns),
        "sort": [("-" if k.down else "") + public(k.field) for k in asked.sorts],
    }
    if asked.sorts == (Key(NEWEST, down=True),):
        several["sort"] = []
    for name, value in plain.items():
        several[name] = [value] if value else []
    for name in PARAMETERS:
        if several.get(name):
            query.setlist(name, several[name])
    return query
