"""Reading one box: what each part of a question may be. Nothing here asks the database.

A part may be several things at once: `silver` is a colour and a surname, `SW2` the beginning of a
postcode and a word. The arms of the search try each; what fits together decides.
"""

import contextlib
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from peel.kernel.base import clock, references
from peel.kernel.base.dates import PartialDate
from peel.kernel.base.numbers import vrm
from peel.kernel.places import addresses
from peel.services.search.words import words

LONGEST, MOST_PARTS, MOST_VARIANTS = 200, 16, 64
_COLOURS = (
    "BLACK BLUE BROWN GOLD GREEN GREY GRAY ORANGE PINK PURPLE RED SILVER WHITE YELLOW BEIGE BRONZE"
    " CREAM MAROON TURQUOISE"
)
# Makes and models met most in Britain (DVLA counts licensed vehicles under these names).
_MAKES = (
    "ALFA AUDI BENTLEY BMW CITROEN DACIA FERRARI FIAT FORD HONDA HYUNDAI JAGUAR KAWASAKI KIA LEXUS"
    " MAZDA MERCEDES MINI MITSUBISHI NISSAN PEUGEOT PORSCHE RENAULT ROVER SEAT SKODA SMART SUBARU"
    " SUZUKI TESLA TOYOTA TRIUMPH VAUXHALL VOLKSWAGEN VOLVO VW YAMAHA ASTRA AYGO CLIO CORSA FIESTA"
    " FOCUS GALAXY GOLF INSIGNIA JUKE KUGA LEON MEGANE MICRA MONDEO PASSAT POLO QASHQAI SPRINTER"
    " TRANSIT VIVARO YARIS ZAFIRA"
)
COLOURS, MAKES = frozenset(_COLOURS.split()), frozenset(_MAKES.split())
LEAST_KNOWN, LEAST_INSIDE, LENGTH_OF_MARK = 2, 3, 7
_SPACED = ("current", "prefix", "suffix")
_MISREAD = {"0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8"}
_DECADE = re.compile(r"(?:(19|20))?(\d)0'?s", re.IGNORECASE)
_AGE = re.compile(
    r"(?:(?:about|aged?|c|ca|approx|around) ?)(\d{1,2})(?: ?- ?(\d{1,2}))?"
    r"|(\d{1,2})(?: ?- ?(\d{1,2}))? ?(?:yo|yrs?|y/o|years?(?: old)?)", re.IGNORECASE,
)  # fmt: skip
_DATE = re.compile(r"\d{1,4}[/.\-]\d{1,2}([/.\-]\d{1,4})?|\d{1,2} ?[a-z]{3,9} ?\d{2,4}"
                   r"|[a-z]{3,9} ?\d{4}", re.IGNORECASE)  # fmt: skip
_RUN_TOGETHER = re.compile(r"([0-3]\d)([01]\d)((?:19|20)\d\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WITHIN = re.compile(r"\bwithin (\d{1,5}) ?(m|metres?|km|miles?|yards?) of (.+)$", re.IGNORECASE)
_METRES = {"m": 1, "k": 1000, "y": 0.9144}
# "near SW2 1AA": so many metres. Near anything but a postcode are words like others.
_NEAR, NEAR = re.compile(r"\bnear ([a-z]{1,2}\d.*)$", re.IGNORECASE), 500
_WILD = re.compile(r"(?=.*[*?_])(?=.*[0-9A-Z].*[0-9A-Z])[0-9A-Z*?_]{2,12}", re.IGNORECASE)


@dataclass(frozen=True)
class Pattern:
    """A number known in part: its `start` (or that of it `backwards`), and the whole for LIKE."""

    start: str
    like: str
    backwards: bool = False


@dataclass
class Asked:
    """A question in its parts."""

    text: str
    names: list[str] = field(default_factory=list)
    soft: list[str] = field(default_factory=list)
    born: PartialDate | None = None
    numbers: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    postcodes: list[str] = field(default_factory=list)
    districts: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)
    makes: list[str] = field(default_factory=list)
    near: tuple[float, str] | None = None
    slip: str = ""

    @property
    def words(self) -> list[str]:
        """Every word of letters, for the full text."""
        return [*self.names, *self.soft]

    def __bool__(self) -> bool:
        return bool(
            self.words or self.born or self.numbers or self.ends or self.marks or self.patterns
            or self.postcodes or self.districts or self.near
        )  # fmt: skip


def read(text: str) -> Asked:
    """The parts of a question; what is past `LONGEST` characters is not looked at."""
    asked = Asked(" ".join(text.replace("\x00", " ").split())[:LONGEST])
    parts = _where(asked, asked.text).split()[:MOST_PARTS]
    while parts:
        parts = parts[_take(asked, parts) :]
    return asked


def passed_over(text: str) -> str:
    """What to tell of a text of which not all is looked at; nothing of any other."""
    if len(text) > LONGEST:
        return f"Only the first {LONGEST} characters were looked for."
    if len(text.split()) > MOST_PARTS:
        return f"Only the first {MOST_PARTS} words were looked for."
    return ""


def _where(asked: Asked, text: str) -> str:
    """Read near which place, if that is asked; gives the rest of the question."""
    if found := _WITHIN.search(text):
        metres = float(found[1]) * (1609.344 if found[2].lower().startswith("mi")
                                    else _METRES[found[2][0].lower()])  # fmt: skip
        place = found[3].strip()
        code = _postcode_first(place) or place
    elif (found := _NEAR.search(text)) and (code := _postcode_first(found[1])):
        metres, place = NEAR, found[1]
    else:
        return text
    asked.near = (metres, code)
    return text[: found.start()] + place[len(code) :]


def _postcode_first(text: str) -> str:
    """The postcode with which a text begins, or the text if it is the beginning of one; else ""."""
    parts = text.split()
    for size in (2, 1):
        with contextlib.suppress(ValidationError):
            addresses.postcode(start := " ".join(parts[:size]))
            return start
    with contextlib.suppress(ValidationError):
        addresses.postcode_start(text)
        return text
    return ""


def _take(asked: Asked, parts: list[str]) -> int:
    """Read what the next parts are, the longest first; gives how many it took."""
    for size in (3, 2, 1):
        if len(parts) >= size:
            window = " ".join(parts[:size]).strip(",;\"'()")
            if any(reader(asked, window) for reader in _READERS):
                return size
    _word(asked, parts[0])
    return 1


def _reference(asked: Asked, text: str) -> bool:
    if not references.looks_like(text):
        return False
    asked.numbers.append(_bare(text))
    try:
        references.check(text)
    except ValidationError as problem:
        asked.slip = " ".join(problem.messages)
    return True


def _decade(asked: Asked, text: str) -> bool:
    found = _DECADE.fullmatch(text)
    if not found or asked.born:
        return False
    century, tens = found[1], int(found[2])
    if not century and tens in (2, 3, 4):
        # "in his 30s" is an age; nobody speaks so of who was born in the 1930s.
        return _born(asked, f"aged {tens}0-{tens}9")
    return _born(asked, f"{century or ('20' if tens < 2 else '19')}{tens}0s")


def _age(asked: Asked, text: str) -> bool:
    found = _AGE.fullmatch(text)
    if not found or asked.born:
        return False
    low, high = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    about = text.lower().startswith(("about", "c", "approx", "around"))
    spread = 3 if about and not high else 0
    return _born(asked, f"aged {max(0, low - spread)}-{(high or low) + spread}")


def _date(asked: Asked, text: str) -> bool:
    if asked.born:
        return False
    if found := _RUN_TOGETHER.fullmatch(text):
        return _born(asked, f"{found[1]}/{found[2]}/{found[3]}")
    if _YEAR.fullmatch(text):
        return int(text) <= clock.today().year and _born(asked, text)
    return bool(_DATE.fullmatch(text)) and _born(asked, text)


def _born(asked: Asked, text: str) -> bool:
    try:
        known = PartialDate.parse(text)
    except ValidationError:
        return False
    if known.earliest > clock.today():
        return False
    asked.born = known
    return True


def _postcode(asked: Asked, text: str) -> bool:
    if not any(c.isdigit() for c in text):
        return False
    try:
        asked.postcodes.append(_bare(addresses.postcode(text)))
    except ValidationError:
        return False
    return True


def _mark(asked: Asked, text: str) -> bool:
    """A registration mark, whole or with what could not be read as * (any) or ? (one)."""
    plain = text.upper().replace(" ", "")
    if " " not in text and _WILD.fullmatch(plain):
        known = [each for each in patterns_of(plain) if len(each.start) >= LEAST_KNOWN]
        asked.patterns.extend(known)
        # Who saw a part of a mark seldom knows that nothing stood behind it.
        longest = max(re.split(r"[*?_]+", plain), key=len)
        if len(longest) >= LEAST_INSIDE:
            asked.inside.extend(misread(longest))
        if not known and not asked.inside:
            asked.slip = f"Of {text} give two characters of its beginning or its end."
        return True
    if not (4 <= len(plain) <= 8 and any(c.isdigit() for c in plain) and plain.isalnum()):
        return False
    if not any(c.isalpha() for c in plain):
        return False
    normal = _read_mark(plain)
    # "lee 1980" is a name and a year, though the mark LEE 1980 was given out once.
    if not normal or (" " in text and vrm.form(normal) not in _SPACED):
        return False
    asked.marks.extend(misread(normal))
    if " " not in text:
        asked.numbers.append(_bare(text))
    return True


def _read_mark(plain: str) -> str:
    """The mark, or, of a full one, what it would be with letters and digits changed over."""
    for each in misread(plain) if len(plain) == LENGTH_OF_MARK else [plain]:
        try:
            return vrm.normal(each)
        except ValidationError:
            continue
    return ""


def _phone(asked: Asked, text: str) -> bool:
    digits = re.sub(r"[\s()\-]", "", text)
    if not re.fullmatch(r"\+?\d{4,15}", digits, re.ASCII) or (" " in text and len(digits) < 9):
        return False
    asked.numbers.append(digits.lstrip("+"))
    asked.ends.append(digits.lstrip("+").removeprefix("0"))
    return True


def _district(asked: Asked, text: str) -> bool:
    if " " in text or len(text) > 4 or not any(c.isdigit() for c in text):
        return False
    try:
        asked.districts.append(addresses.postcode_start(text))
    except ValidationError:
        return False
    return True


def _number(asked: Asked, text: str) -> bool:
    """Anything else that holds a digit or an at: a number of a person or a thing."""
    if " " in text or not ("@" in text or any(c.isdigit() for c in text)) or len(_bare(text)) < 2:
        return False
    asked.numbers.append(_bare(text))
    return True


def _word(asked: Asked, text: str) -> None:
    for word in words(text):
        if word in COLOURS:
            asked.colours.append(word)
        elif word in MAKES:
            asked.makes.append(word)
        else:
            asked.names.append(word)
            continue
        asked.soft.append(word)


_READERS: tuple[Callable[[Asked, str], bool], ...] = (
    _reference, _decade, _age, _date, _postcode, _mark, _phone, _district, _number,
)  # fmt: skip


def misread(mark: str) -> list[str]:
    """A mark and what it may be where 0 and O, 1 and I, 5 and S, 8 and B were taken for another."""
    choices = [(c, _MISREAD[c]) if c in _MISREAD else (c,) for c in mark]
    return ["".join(each) for each in itertools.islice(itertools.product(*choices), MOST_VARIANTS)]


def patterns_of(mark: str) -> list[Pattern]:
    """How a mark known in part is looked up: by its beginning or its end, whichever is longer."""
    plain = mark.replace("_", "?")
    found = []
    for each in misread(plain):
        head = re.split(r"[*?]", each, maxsplit=1)[0]
        tail = re.split(r"[*?]", each)[-1]
        like = each.replace("*", "%").replace("?", "_")
        if len(head) >= len(tail):
            found.append(Pattern(head, like))
        else:
            found.append(Pattern(tail[::-1], like[::-1], backwards=True))
    return found


def _bare(text: str) -> str:
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())[:64]
