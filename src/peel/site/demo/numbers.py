"""Numbers for invented people and things: right in form, and nobody's.

Telephone numbers are from the ranges that Ofcom keeps for drama; registration marks bear ages that
are not issued yet; VINs begin with a maker's code that is given to none; IMEIs with that of tests.
"""

import datetime
import random

from peel.kernel.base.numbers import phone
from peel.kernel.base.numbers.checks import luhn_digit, police_letter

_AREA, _MARK = "ABCDEFGHJKLMNPRSTUVWY", "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
MOBILES = LANDLINES = 1000


class Numbers:
    """Draws numbers, each once."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._given: set[str] = set()
        self._mobiles = iter([f"07700900{n:03d}" for n in chance.sample(range(MOBILES), MOBILES)])
        self._landlines = iter([f"02079460{n:03d}" for n in range(LANDLINES)])

    def _once(self, text: str) -> bool:
        new = text not in self._given
        self._given.add(text)
        return new

    def _letters(self, letters: str, count: int) -> str:
        return "".join(self._chance.choices(letters, k=count))

    def vrm(self) -> str:
        """A registration mark of the form AB34 CDE."""
        age = self._chance.choice((*range(30, 50), *range(80, 99)))
        made = f"{self._letters(_AREA, 2)}{age}{self._letters(_MARK, 3)}"
        return made if self._once(made) else self.vrm()

    def vin(self) -> str:
        """A vehicle identification number."""
        made = f"ZZZ{self._letters(_VIN, 14)}"
        return made if self._once(made) else self.vin()

    def imei(self) -> str:
        """A handset's number with its check digit."""
        made = f"001017{self._chance.randrange(10**8):08d}"
        return made + luhn_digit(made) if self._once(made) else self.imei()

    def mobile(self) -> str:
        """A mobile number; none when all are given."""
        return phone.normal(found) if (found := next(self._mobiles, "")) else ""

    def landline(self) -> str:
        """A London number; none when all are given."""
        return phone.normal(found) if (found := next(self._landlines, "")) else ""

    def pnc(self, year: int) -> str:
        """A PNC ID of a year with its letter."""
        serial = f"{self._chance.randrange(1, 10**7):07d}"
        made = f"{year}/{serial}{police_letter(f'{year % 100:02d}{serial}')}"
        return made if self._once(made) else self.pnc(year)

    def cro(self, year: int) -> str:
        """A CRO number of a year with its letter."""
        serial = f"{self._chance.randrange(1, 10**6):06d}"
        made = f"{serial}/{year % 100:02d}{police_letter(f'{year % 100:02d}{serial}')}"
        return made if self._once(made) else self.cro(year)

    def driver(self, family: str, given: str, sex: str, born: datetime.date) -> str:
        """A driver number that agrees with a person."""
        letters = "".join(c for c in family.upper() if c.isascii() and c.isalpha())
        head = ("MC" + letters[3:] if letters.startswith("MAC") else letters)[:5].ljust(5, "9")
        month = born.month + (50 if sex == "F" else 0)
        date = f"{born.year // 10 % 10}{month:02d}{born.day:02d}{born.year % 10}"
        return f"{head}{date}{given[0].upper()}99{self._letters(_MARK, 2)}"
