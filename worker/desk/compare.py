"""
Decide how a later text stands to an earlier one: read the order of the rules in `compare`.

A pure function of two prints and the time between them. How alike texts are only brings them here; whether numbers and names
agree in the same place decides. `docs/deduplication.md` has the reasons and figures.
"""

from typing import Final, NamedTuple

from worker.desk.alignment import Alignment, align
from worker.desk.codes import THE
from worker.desk.conflicts import Conflicts, find_conflicts
from worker.desk.passages import PASSAGE, Passages, find_passages
from worker.desk.prints import CORRECTS, Print
from worker.outcome import Relation

__all__ = ["METHODS", "Verdict", "compare"]

METHODS: Final = ("exact", "copy", "abridged", "wrapped", "flag", "figures", "longer", "rewritten")

_SAME, _ADDED, _WHOLE, _NEARLY, _SCATTERED = 600, 150, 850, 950, 200  # per mille
_LONG: Final = 120  # tokens: above, carriers' additions are told from updates by where they stand
_BEFORE, _UPPER, _LOWER, _BEHIND, _INTACT = 80, 24, 70, 80, 8  # tokens
_NEWS: Final = 2  # new figures in what is added that make it news
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


def compare(earlier: Print, later: Print, gap_ms: int, *, exact: bool = False) -> Verdict | None:
    """
    Compare two prints.

    Args:
        earlier: the print of the text that was kept.

        later: that of the text to decide.

        gap_ms: the time between them.

        exact: whether the texts are the same word for word.

    Returns:
        How the later stands to the earlier, or None if they are of two stories.
    """
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
    passages = find_passages(earlier, later, side)
    grown = c_e >= _NEARLY and later.total - earlier.total >= PASSAGE
    copy = "copy" if c_e >= _WHOLE else "abridged"
    if 1000 - c_l <= _ADDED and not passages and not grown:
        return Verdict(Relation.DUPLICATE, "exact" if exact else copy, c_l)
    if c_e >= _WHOLE and passages.before and passages.behind and not passages.inside:
        return Verdict(Relation.DUPLICATE, "wrapped", c_e)
    if min(earlier.total, later.total) >= _LONG:
        return _long(earlier, later, side, passages, copy)
    if c_e >= _SAME // 2 and (passages or grown or gap_ms <= _NEAR):
        return Verdict(Relation.UPDATE, "longer" if passages or grown else "rewritten", alike)
    return None


def _long(earlier: Print, later: Print, side: Alignment, passages: Passages, copy: str) -> Verdict:
    """Tell a carrier's additions from an update; in a long text many words in a row are the same only if it is the same story."""
    c_e, c_l = side.earlier_found, side.later_found
    added = passages.before + passages.inside + passages.behind
    scattered = later.total * (1000 - c_l) // 1000 - added
    intact = bool(side.runs) and side.runs[0].earlier <= _INTACT
    if (
        intact
        and passages.before <= _BEFORE
        and passages.upper <= _UPPER
        and passages.lower <= _LOWER
        and passages.inside <= later.total // 4
        and passages.behind <= min(_BEHIND, earlier.total // 4)
        and (passages.figures < _NEWS or not (passages.inside or passages.behind))
        and scattered <= later.total * _SCATTERED // 1000
    ):
        return Verdict(Relation.DUPLICATE, "wrapped" if added and c_e >= _WHOLE else copy, max(c_e, c_l))
    return Verdict(Relation.UPDATE, "longer" if passages else "rewritten", max(c_e, c_l))


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
