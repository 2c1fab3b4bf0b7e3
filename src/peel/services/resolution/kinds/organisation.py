"""Organisations: by the numbers of their registers, their names, and how one reaches them."""

import re

from peel.kernel.base.numbers import charity, company, email
from peel.services.resolution.engine import text
from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.kinds.described import Described, Raw, compare, level, register
from peel.services.resolution.kinds.reading import number, numbers, telephone

# What says of a name only what sort of body it is (Companies Act 2006, sections 58 and 59).
_FORMS = {"ltd", "limited", "plc", "llp", "inc", "the", "cic", "co", "company", "uk"}
_SITE = re.compile(r"^[a-z]+://(?:www\.)?([^/:?#]+)")


def _name(said: str) -> str | None:
    words = [word for word in (text.plain(said) or "").split() if word not in _FORMS]
    return " ".join(words) or text.plain(said)


def _names(raw: Raw) -> list[str] | None:
    said = [str(raw.get("name") or ""), *str(raw.get("other_names") or "").splitlines()]
    return list(dict.fromkeys(name for each in said if (name := _name(each)))) or None


def _site(raw: Raw) -> str | None:
    found = _SITE.match(str(raw.get("website") or "").strip().lower())
    return found[1] if found else None


def _key(raw: Raw) -> str | None:
    """As the model keeps it."""
    return "".join(c for c in str(raw.get("name") or "").casefold() if c.isalnum()) or None


ORGANISATION = register(
    Described(
        kind="objects.organisation",
        reads=("name", "other_names", "company_number", "charity_number", "phone", "email",
               "website", "another_because"),
        fields={
            "company": number("company_number", company.normal),
            "companies": numbers("company_number", normal=company.normal),
            "charity": number("charity_number", charity.normal),
            "charities": numbers("charity_number", normal=charity.normal),
            "name": lambda raw: _name(str(raw.get("name") or "")), "names": _names,
            "name_key": _key, "phone": telephone("phone"),
            "email": number("email", email.normal), "site": _site,
        },
        compares=(
            compare(
                "company", "Company number",
                level("same company number", 30, "given to one company for good",
                      "exact", column="company"),
                level("different", -14, "two numbers are two companies"),
            ),
            compare(
                "charity", "Charity number",
                level("same charity number", 30, "given to one charity for good",
                      "exact", column="charity"),
                level("different", -8, "one may be on two registers"),
            ),
            compare(
                "name", "Name",
                level("same name", 12, "but for Ltd and its like", "exact", column="name"),
                level("a name in common", 10, "a trading or former name",
                      "shares", column="names"),
                level("name spelt nearly the same", 7, "a slip, or another branch",
                      "near", column="name", at=0.93),
                level("different", -6, "it may trade under another name"),
            ),
            compare(
                "phone", "Telephone",
                level("same telephone number", 6, "branches share a switchboard",
                      "exact", column="phone"),
                level("different", -1, "one has several"),
            ),
            compare(
                "email", "E-mail",
                level("same e-mail address", 6, "branches share one", "exact", column="email"),
                level("different", -1, "one has several"),
            ),
            compare(
                "site", "Website",
                level("same website", 5, "branches share one", "exact", column="site"),
                level("different", -1, "one has several"),
            ),
        ),
        keys=(Key("company", ("company",)), Key("charity", ("charity",)),
              Key("name", (), "names"), Key("beginning and telephone", ("left(name, 3)", "phone")),
              Key("beginning and e-mail", ("left(name, 3)", "email"))),
        certain=("company", "charity"),
        one_only={"companies": "company numbers"},
        finds=({"company_number": "company"}, {"charity_number": "charity"},
               {"name_key": "name_key"}),
        by_hand=lambda raw: bool(raw.get("another_because")),
    )
)  # fmt: skip
