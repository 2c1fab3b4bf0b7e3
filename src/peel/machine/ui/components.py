"""GOV.UK components as HTML: the macros of govuk-frontend-jinja in one cached environment.

Everything given as text is escaped. A value under a key named `html` is trusted only when it is
already marked safe; any other string there is escaped too, so that a page cannot be made to trust
what somebody typed by choosing the wrong key.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, PackageLoader, PrefixLoader, TemplateNotFound

PACKAGE = "govuk_frontend_jinja"


@cache
def environment() -> Environment:
    """The one environment in which the macros are compiled, once each."""
    return Environment(
        loader=PrefixLoader({PACKAGE: PackageLoader(PACKAGE)}),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def macro(name: str) -> Callable[[Mapping[str, Any]], str]:
    """The macro of the component `name` ("summary-list"). Raises LookupError for an unknown one."""
    try:
        template = environment().get_template(f"{PACKAGE}/components/{name}/macro.html")
    except TemplateNotFound as missing:
        raise LookupError(f"There is no GOV.UK component “{name}”") from missing
    words = "".join(part.capitalize() for part in name.split("-"))
    found: Callable[[Mapping[str, Any]], str] = getattr(template.module, f"govuk{words}")
    return found


def render(name: str, params: Mapping[str, Any]) -> SafeString:
    """The component `name` with the parameters that the GOV.UK Design System documents for it."""
    return mark_safe(str(macro(name)(guarded(params))).strip())  # noqa: S308 - escaped by the macros


def guarded(value: Any, key: str = "") -> Any:
    """A copy of parameters in which every `html` that is not marked safe has been escaped.

    Raises TypeError for `attributes` given as a plain string, which the macros would not escape.
    """
    if isinstance(value, Mapping):
        return {name: guarded(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [guarded(inner, key) for inner in value]
    if key == "html" and value:
        return conditional_escape(value)
    if key == "attributes" and isinstance(value, str) and not hasattr(value, "__html__"):
        raise TypeError("Give attributes as a mapping of names to values, not as a string")
    return value
