"""
Decide how a later text stands to an earlier one: read the order of the rules in `compare`.

A pure function of two prints and the time between them. How alike texts are only brings them here; whether numbers and names
agree in the same place decides. `docs/deduplication.md` has the reasons and figures.
"""

from typing import Final, NamedTuple

from worker.desk.alignment import Alignment, align
from worker.desk.codes import THE
from worker.desk.conflicts import PASSAGE, Conflicts, find_conflicts
from worker.desk.prints import CORRECTS, Print
from worker.outcome import Relation

__all__ = ["METHODS", "Verdict", "compare"]

METHODS: Final = ("exact", "copy", "abridged", "wrapped", "flag", "figures", "longer", "rewritten")

_SAME, _ADDED, _WHOLE = 600, 150, 850  # per mille
_NEAR: Final = 12 * 3_600_000
_THIN: Final = 40  # tokens: below, a few words in common say little


class Verdict(NamedTuple):
    """
    How a later text stands to an earlier one.

    `method` is one of METHODS; `similarity` is per mille; `differs` are short words on what is not the same.
    """

    relation: Relation
    method: str
    similarity: int
    differs: tuple[str, ...] = ()


def compare(earlier: Print, later: Print, gap_ms: int) -> Verdict | None:
    """Compare two prints, `gap_ms` apart; None if they are of two stories."""
    side = align(earlier, later)
    c_e, c_l = side.earlier_found, side.later_found
    alike = max(c_e, c_l)
    if alike < _SAME:
        return None
    if earlier.tickers and later.tickers and not set(earlier.tickers) & set(later.tickers):
        return None
    found = find_conflicts(earlier, later, side)
    if later.flags & CORRECTS and not earlier.flags & CORRECTS and c_l >= _SAME // 2 and not found.names:
        return Verdict(Relation.CORRECTION, "flag", alike, _differs(found))
    title, subject = _titles(earlier, later)
    thin = min(len(earlier.head), len(later.head)) < _THIN
    new_names = _new_names(earlier, later)
    if found.numbers or found.senses or found.names:
        return _other_figures(earlier, later, side, found, title, thin and (not subject or new_names), gap_ms)
    if thin and (not subject or title < _SAME - 100 or new_names):
        return None
    grown = c_e >= 950 and later.total - earlier.total >= PASSAGE
    if 1000 - c_l <= _ADDED and not found.added and not grown:
        return Verdict(Relation.DUPLICATE, "copy" if c_e >= _WHOLE else "abridged", c_l)
    if _is_wrapped(later, side, found):
        return Verdict(Relation.DUPLICATE, "wrapped", c_e)
    if c_e >= _SAME // 2 and (found.added or grown or gap_ms <= _NEAR):
        return Verdict(Relation.UPDATE, "longer" if found.added or grown else "rewritten", alike)
    return None


def _other_figures(
    earlier: Print, later: Print, side: Alignment, found: Conflicts, title: int, strange: bool, gap_ms: int
) -> Verdict | None:
    if found.names or found.dated or side.later_found < _SAME - 100 or title < _SAME:
        return None
    if not (earlier.headline and later.headline) or strange:
        return None
    if gap_ms <= _NEAR or found.agreed >= 3 * (found.numbers + found.senses):
        return Verdict(Relation.UPDATE, "figures", max(side.earlier_found, side.later_found), _differs(found))
    return None


def _is_wrapped(later: Print, side: Alignment, found: Conflicts) -> bool:
    """Say whether the earlier text stands whole in the later, with text added before and after."""
    if not side.runs or side.earlier_found < _WHOLE or side.runs[0].earlier > 3 or not found.added or found.added[0][0]:
        return False
    return (bool(found.added[1:]) and found.added[-1][1] == len(later.head)) or side.tail >= PASSAGE


def _titles(earlier: Print, later: Print) -> tuple[int, bool]:
    """Per mille of the shorter headline's words that stand in the other, and whether both have one subject."""
    a, b = ([c for c in p.headline if c != THE] for p in (earlier, later))
    if not a or not b:
        return 1000, True
    one = bool(set(earlier.tickers) & set(later.tickers)) or a[0] in b or b[0] in a
    return 1000 * len({*a} & {*b}) // min(len({*a}), len({*b})), one


def _new_names(earlier: Print, later: Print) -> bool:
    known = {*earlier.head, *earlier.headline}
    return any(later.names >> k & 1 and c not in known for k, c in enumerate(later.head))


def _differs(found: Conflicts) -> tuple[str, ...]:
    counts = (("numbers", found.numbers), ("senses", found.senses), ("names", found.names))
    return tuple(f"{kind}: {count}" for kind, count in counts if count)
