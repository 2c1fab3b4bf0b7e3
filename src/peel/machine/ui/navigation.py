"""The items of the main navigation: each app registers its own, the shell shows those allowed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Item:
    """One entry: what it says, where it leads, the permissions of which one shows it, its place."""

    label: str
    url_name: str
    permissions: tuple[str, ...] = ()
    order: int = 100


@dataclass(frozen=True)
class Link:
    """An item as the page shows it. `current` is the page itself or the one that contains it."""

    label: str
    href: str
    current: bool


_items: dict[str, Item] = {}


def register(label: str, url_name: str, permission: str = "", order: int = 100) -> None:
    """Add an item to the main navigation. A second call for the same URL replaces the first."""
    _items[url_name] = Item(label, url_name, (permission,) if permission else (), order)


def gather(label: str, url_name: str, members: Iterable[str], order: int = 100) -> None:
    """Let one item stand for several, named by their URLs: theirs are taken away."""
    taken = [item for name in members if (item := _items.pop(name, None))]
    permissions = tuple(each for item in taken for each in item.permissions)
    _items[url_name] = Item(label, url_name, permissions, order)


def links(may: Callable[[str], bool], path: str) -> list[Link]:
    """The items that `may` allows, in order; `path` is the page's own.

    An item whose URL does not exist is left out: the app that registered it is not mounted.
    """
    found = []
    for item in sorted(_items.values(), key=lambda item: (item.order, item.label)):
        if item.permissions and not any(map(may, item.permissions)):
            continue
        try:
            found.append((item.label, reverse(item.url_name)))
        except NoReverseMatch:
            continue
    # Of several that contain the page, only the longest is where one is.
    inside = [href for _, href in found if path == href or (href != "/" and path.startswith(href))]
    here = max(inside, key=len, default=None)
    return [Link(label, href, href == here) for label, href in found]
