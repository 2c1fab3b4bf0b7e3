"""How well a date of birth fits what is known of it, and why."""

from datetime import date

from peel.kernel.base.dates import Kind, PartialDate

NOT_KNOWN = 0.0
_SAID = {
    Kind.DECADE: "born in the {}", Kind.YEAR: "born in {}", Kind.MONTH: "born in {}",
    Kind.DAY: "date of birth known in part fits {}",
}  # fmt: skip
# How much a range says that a date lies in, by its length in days.
_NARROW = ((1, 1.0), (31, 0.8), (366, 0.6), (1_500, 0.5), (3_700, 0.4), (8_000, 0.25))


def days_of(known: PartialDate | None) -> list[str]:
    """The days to look under: the day itself, and with day and month changed round."""
    if known is None or known.earliest != known.latest:
        return []
    day = known.earliest
    found = [day.isoformat()]
    if day.day <= 12 and day.day != day.month:
        found.append(date(day.year, day.day, day.month).isoformat())
    return found


def years_of(known: PartialDate | None) -> list[int] | None:
    """The years of birth to prefer, first and last."""
    if known is None or known.kind is Kind.UNKNOWN:
        return None
    return [known.earliest.year, known.latest.year]


def fits(known: PartialDate, stored: str) -> tuple[float, str]:
    """How well a stored date of birth fits, -0.4 to 1, and the reason; "" where it does not."""
    first, last = stored[:10], stored[11:21] or stored[:10]
    if known.earliest == known.latest and first == last:
        return _days(known.earliest.isoformat(), first)
    wanted, until = known.earliest.isoformat(), known.latest.isoformat()
    if first <= until and wanted <= last:
        return _overlap(known, first, last)
    apart = min(abs(int(wanted[:4]) - int(last[:4])), abs(int(first[:4]) - int(until[:4])))
    return (0.1, "born within a year or two") if apart <= 2 else (-0.4, "")


def _overlap(known: PartialDate, first: str, last: str) -> tuple[float, str]:
    lengths = [(known.latest - known.earliest).days + 1]
    lengths.append((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)
    worth = next((w for most, w in _NARROW if max(lengths) <= most), 0.1)
    return worth, _SAID.get(known.kind, "date of birth fits {}").format(known)


def _days(wanted: str, held: str) -> tuple[float, str]:
    (y, m, d), (hy, hm, hd) = wanted.split("-"), held.split("-")
    differ = [i for i, (a, b) in enumerate(zip(wanted, held, strict=True)) if a != b]
    crossed = len(differ) == 2 and {wanted[i] for i in differ} == {held[i] for i in differ}
    years = abs(int(y) - int(hy))
    levels = (
        (not differ, 1.0, "same date of birth"),
        ((y, m, d) == (hy, hd, hm), 0.85, "date of birth has day and month changed round"),
        (len(differ) == 1, 0.75, "date of birth has one digit different"),
        (crossed, 0.7, "date of birth has two digits changed round"),
        ((y, m) == (hy, hm), 0.6, "born in the same month"),
        ((m, d) == (hm, hd) and years <= 10, 0.55, "born on the same day of another year"),
        (years == 0, 0.4, "born in the same year"),
        (years <= 2, 0.15, "born within a year or two"),
    )
    return next(((worth, words) for holds, worth, words in levels if holds), (-0.4, ""))
