"""
Decide how a later text stands to an earlier one: read the order of the rules in `compare`.

A pure function of two prints and the time between them. How alike texts are only brings them here; whether numbers and names
agree in the same place decides. `docs/deduplication.md` has the reasons and figures.
"""

from typing import Final, NamedTuple

from worker.desk.alignment import Alignment, align
from worker.desk.codes import THE, is_number
from worker.desk.conflicts import Conflicts, find_conflicts
from worker.desk.passages import PASSAGE, Passages, find_passages, has_new_lead
from worker.desk.prints import ALERT, CORRECTS, UPDATES, Print
from worker.outcome import Relation

__all__ = ["METHODS", "Verdict", "compare"]

METHODS: Final = ("exact", "copy", "abridged", "wrapped", "flag", "figures", "longer", "rewritten", "alert")

# Per mille of the words of one text that stand in the other.
_RELATED: Final = 400  # below, two texts are of two stories
_SAME: Final = 600  # below, no copy
_WHOLE: Final = 850
_NEARLY: Final = 950
_FLAGGED: Final = 300  # enough if the later text says that it corrects or follows
_ADDED: Final = 150  # new words that house style and editing explain
_REWORDED: Final = 250  # the same if it is no longer and has the same headline
_SCATTERED: Final = 200  # the same in a long text, passages aside
# Per mille of the shorter headline's words that stand in the other.
_AGREED: Final = 600
_THIN_AGREED: Final = 500
_ONE_TITLE: Final = 800
# Tokens.
_THIN: Final = 40  # below, a few words in common say little
_NOTICE: Final = 60
_LONG: Final = 120  # from here on, carriers' additions are told from updates
_INTACT: Final = 8  # that may be missing at the start
_BEFORE: Final = 80  # a caption, or a line of the carrier's own
_UPPER: Final = 24  # links between the first paragraphs; news is written there
_LOWER: Final = 40
_BEHIND: Final = 60
_SMALL_PART: Final = 5  # all that is added inside and behind: one in so many
_ALERT: Final = 4
_RENAMED: Final = 2  # names that a correction may change
_NEWS: Final = 2  # new figures that make it news, one more in a text of so many tokens
_CAPTIONED: Final = 250
_NEAR: Final = 12 * 3_600_000  # milliseconds; links a rewritten text, and never makes a duplicate


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
    if earlier.tickers and later.tickers and not set(earlier.tickers) & set(later.tickers):
        return None
    if earlier.flags & ALERT and not later.flags & ALERT:
        return _after_alert(earlier, later)
    side = align(earlier, later)
    if max(side.earlier_found, side.later_found) < _RELATED:
        return None
    found = find_conflicts(earlier, later, side)
    title, subject = _titles(earlier, later)
    if flagged := _by_flag(earlier, later, side, found, title):
        return flagged
    thin = min(len(earlier.head), len(later.head)) < _THIN
    if thin and not (subject and not _new_names(earlier, later)):
        return None  # a few words in common say little of two companies, funds or towns
    near = gap_ms <= _NEAR
    if found:
        one_story = not found.names and not found.dated and title >= _AGREED and earlier.headline and later.headline
        enough = found.agreed >= (1 if near else 3) * (found.numbers + found.senses)
        return _link("figures", side, found) if one_story and enough else None
    if (thin and (title < _THIN_AGREED or _other_words(earlier, later, side))) or _other_day(earlier, later):
        return None
    passages = find_passages(earlier, later, side)
    if max(side.earlier_found, side.later_found) >= _SAME and (
        verdict := _same_text(earlier, later, side, passages, exact=exact)
    ):
        return verdict
    return _link("rewritten", side, found) if near and not thin and title >= _AGREED else None


def _other_words(earlier: Print, later: Print, side: Alignment) -> bool:
    """Say whether words are exchanged in a short text for which no headline speaks: "coffee" for "cocoa" is another notice."""
    return not (earlier.headline and later.headline) and any(gap.earlier and gap.start < gap.end for gap in side.gaps)


def _by_flag(earlier: Print, later: Print, side: Alignment, found: Conflicts, title: int) -> Verdict | None:
    """Believe a text that says it corrects or follows, if it may be of the same story."""
    if found.names and (found.names > _RENAMED or side.later_found < _WHOLE):
        return None
    if later.flags & CORRECTS and not earlier.flags & CORRECTS and side.later_found >= _FLAGGED:
        return _link("flag", side, found)._replace(relation=Relation.CORRECTION)
    if later.flags & UPDATES and title >= _AGREED and (found or side.later_found < _NEARLY):
        return _link("flag", side, found)
    return None


def _same_text(earlier: Print, later: Print, side: Alignment, passages: Passages, *, exact: bool) -> Verdict | None:
    """Decide two texts that have most of their words in common and contradict each other nowhere."""
    alike = max(side.earlier_found, side.later_found)
    grown = side.earlier_found >= _NEARLY and later.total - earlier.total >= PASSAGE
    shorter = later.total <= earlier.total and len(later.head) >= _THIN
    fresh = _REWORDED if shorter and _titles(earlier, later)[0] >= _ONE_TITLE else _ADDED
    nothing_new = 1000 - side.later_found <= fresh and not passages and not grown and not _has_news(earlier, passages)
    if (nothing_new or _is_carried(earlier, later, side, passages)) and not has_new_lead(earlier, later, side):
        if exact and not passages:
            method = "exact"
        elif side.earlier_found < _WHOLE:
            method = "abridged"
        else:
            method = "wrapped" if passages else "copy"
        return Verdict(Relation.DUPLICATE, method, alike if passages else side.later_found)
    if (passages or grown or _has_news(earlier, passages)) and side.earlier_found >= _FLAGGED:
        return Verdict(Relation.UPDATE, "longer", alike)
    return Verdict(Relation.UPDATE, "rewritten", alike) if min(earlier.total, later.total) >= _LONG else None


def _has_news(earlier: Print, passages: Passages) -> bool:
    """Say whether the later text has figures of its own; in a long one a caption's date is none."""
    return passages.figures >= (_NEWS if earlier.total < _CAPTIONED else _NEWS + 1)


def _link(method: str, side: Alignment, found: Conflicts) -> Verdict:
    counts = (("numbers", found.numbers), ("senses", found.senses), ("names", found.names))
    differs = tuple(f"{kind}: {count}" for kind, count in counts if count)
    return Verdict(Relation.UPDATE, method, max(side.earlier_found, side.later_found), differs)


def _after_alert(earlier: Print, later: Print) -> Verdict | None:
    """Link a story to the alert, a headline without a text, that announced it."""
    words = {c for c in earlier.head if c != THE}
    found = len(words & {*later.headline, *later.head})
    share = 1000 * found // max(1, len(words))
    if (
        len(words) < _ALERT
        or share < _WHOLE
        or any(is_number(c) for c in words - {*later.headline, *later.head, *later.numbers})
    ):
        return None
    return Verdict(Relation.UPDATE, "alert", share)


def _other_day(earlier: Print, later: Print) -> bool:
    """Say whether the datelines of two short texts name different days: daily notices may have the same words."""
    return bool(earlier.day and later.day and earlier.day != later.day) and min(earlier.total, later.total) < _NOTICE


def _is_carried(earlier: Print, later: Print, side: Alignment, passages: Passages) -> bool:
    """Say whether what the later text adds is what carriers add, and not news: that is told by where it stands."""
    whole = side.earlier_found >= _WHOLE
    if whole and passages.before and passages.behind and not passages.inside:
        return True
    if min(earlier.total, later.total) < _LONG:
        return False
    added = passages.before + passages.inside + passages.behind
    scattered = later.total * (1000 - side.later_found) // 1000 - added
    return (
        bool(side.runs)
        and side.runs[0].earlier <= _INTACT
        and passages.before <= _BEFORE
        and passages.upper <= _UPPER
        and passages.lower <= _LOWER
        and passages.behind <= _BEHIND
        and passages.inside + passages.behind <= earlier.total // _SMALL_PART
        and not _has_news(earlier, passages)
        and scattered <= later.total * _SCATTERED // 1000
    )


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
