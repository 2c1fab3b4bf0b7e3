"""Things that are nearly what is given: for whoever asks what is on record already.

By a number misread, with one character wrong or known by its end, then by all of some words.
Call within `speaking`.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from peel.services.search import arms, tokens
from peel.services.search.engine import bare
from peel.services.search.words import words

# A shorter number would be like too many; so many characters from its end tell a longer one.
LEAST, END, MOST = 5, 9, 60


def things(numbers: Iterable[str], text: str, kinds: Collection[str]) -> list[UUID]:
    """Records of these kinds, those with the number itself first."""
    asked = tokens.Asked("")
    for each in numbers:
        plain = bare(each)
        if len(plain) >= LEAST:
            asked.numbers.append(plain)
            asked.marks += tokens.misread(plain)
            asked.patterns += _but_one(plain)
            asked.ends += [plain[-END:]] if plain.isdigit() and len(plain) > END else []
    hits = [hit.record_id for hit in arms.numbers(asked, kinds)]
    said = arms.texts(words(text), kinds, limit=MOST) if text else []
    return list(dict.fromkeys([*hits, *(hit.record_id for hit in said)]))


def _but_one(plain: str) -> list[tokens.Pattern]:
    """The number with each of its characters unread."""
    return [tokens.patterns_of(f"{plain[:at]}?{plain[at + 1 :]}")[0] for at in range(len(plain))]
