"""What a plan does to groups: new ones, those that grow, become one, fall apart, and who moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peel.services.resolution.engine.clustering import components

Pair = tuple[int, int]
Group = tuple[int, ...]
NEW, JOINED, MERGED, SPLIT, MOVED = "new", "joined", "merged", "split", "moved"
SORTS = (NEW, JOINED, MERGED, SPLIT, MOVED)


@dataclass(frozen=True)
class Change:
    """One change of groups, in its parts.

    Of a new group all its records; of one that grows what it was and what comes to it; of a group
    that several become these; of one that falls apart its pieces; of records that move these,
    those that they leave, and those that they come to.
    """

    sort: str
    parts: tuple[Group, ...]

    @property
    def size(self) -> int:
        """How many records it is about: of a move those that move."""
        return len(self.parts[0]) if self.sort == MOVED else sum(map(len, self.parts))


def changes(before: Iterable[Pair], after: Iterable[Pair], touched: set[int]) -> list[Change]:
    """What lies between two sets of judgements "the same", where one of `touched` is concerned."""
    was, becomes = _groups(before), _groups(after)
    concerned = {key for one in touched for key in was.get(one, (one,))}
    concerned |= {key for one in list(concerned) for key in becomes.get(one, (one,))}
    former = {was[key] for key in concerned if key in was}
    heirs = {group: _pieces(group, becomes)[0] for group in former}
    inherits: dict[Group, list[Group]] = {}
    for group, piece in heirs.items():
        inherits.setdefault(becomes.get(piece[0], piece), []).append(group)
    found: list[Change] = []
    for group in sorted(former):
        found += _losses(group, becomes, inherits)
    for group in sorted({becomes[key] for key in concerned if key in becomes}):
        found += _gains(group, was, inherits.get(group, []))
    return found


def counted(found: Iterable[Change]) -> dict[str, int]:
    """How many groups each sort of change is about; of those that move, how many records."""
    counts = dict.fromkeys(SORTS, 0)
    for each in found:
        counts[each.sort] += each.size if each.sort == MOVED else 1
    return counts


def _groups(pairs: Iterable[Pair]) -> dict[int, Group]:
    found = (tuple(sorted(one)) for one in components(((*pair, 0.0) for pair in pairs), 0.0))
    return {key: group for group in found for key in group}


def _pieces(group: Group, becomes: dict[int, Group]) -> list[Group]:
    """How a group lies in what becomes of it: the largest piece first, of two the older."""
    held: dict[Group, list[int]] = {}
    for key in group:
        held.setdefault(becomes.get(key, (key,)), []).append(key)
    return sorted((tuple(piece) for piece in held.values()), key=lambda p: (-len(p), p))


def _losses(
    group: Group, becomes: dict[int, Group], inherits: dict[Group, list[Group]]
) -> list[Change]:
    """Who leaves a group: to another one, or because it falls apart."""
    heir, *others = _pieces(group, becomes)
    found, apart = [], [heir]
    for piece in others:
        whole = becomes.get(piece[0], piece)
        if inherits.get(whole):
            there = tuple(key for key in whole if key not in piece)
            found.append(Change(MOVED, (piece, heir, there)))
        else:
            apart.append(piece)
    return found if len(apart) == 1 else [*found, Change(SPLIT, tuple(apart))]


def _gains(group: Group, was: dict[int, Group], inherited: Sequence[Group]) -> list[Change]:
    """What comes together in a group."""
    alone = tuple(key for key in group if key not in was)
    if len(inherited) > 1:
        stood = [tuple(key for key in each if key in group) for each in sorted(inherited)]
        return [Change(MERGED, (*stood, *((alone,) if alone else ())))]
    if inherited:
        stood = [tuple(key for key in inherited[0] if key in group)]
        return [Change(JOINED, (*stood, alone))] if alone else []
    pieces = {was[key] for key in group if key in was}
    return [Change(NEW, (group,))] if alone or len(pieces) > 1 else []
