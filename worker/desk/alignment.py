"""
Lay two prints side by side: which runs of tokens stand in both, what stands between them, and how much of each is in the other.

Heads are aligned token by token. What lies behind a head is only sampled, so there the share is an estimate.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from worker.desk.prints import HEAD, Print, shingles

__all__ = ["Alignment", "Gap", "Run", "align"]

RUN: Final = 3  # tokens that a run has at least
BACK: Final = 5  # the same for a run that goes back in the earlier text: shorter ones are chance
_THIN: Final = 40  # tokens: in a shorter text each word counts
_ENOUGH: Final = 4  # samples from which a share may be estimated


class Run(NamedTuple):
    """Tokens that stand in both heads: where in the earlier, where in the later, how many."""

    earlier: int
    later: int
    size: int


class Gap(NamedTuple):
    """What stands between two runs: of the earlier head without what is found elsewhere in the later, and where in the later."""

    earlier: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """
    Two prints side by side.

    `earlier_found` and `later_found` are per mille of each text's tokens that stand in the other; `tail` estimates the tokens
    behind the later head that do not stand in the earlier text, and `rest_known` says of the samples there, in their order,
    whether they do. `goes_on` counts tokens at the end of the later head that stand where the earlier head has ended.
    `earlier_grams` are all shingles known of the earlier text, `later_grams` those of the later head in order.
    """

    runs: tuple[Run, ...]
    gaps: tuple[Gap, ...]
    earlier_found: int
    later_found: int
    tail: int
    rest_known: tuple[bool, ...]
    goes_on: int
    earlier_grams: frozenset[int]
    later_grams: tuple[int, ...]


def align(earlier: Print, later: Print) -> Alignment:
    """Align two prints."""
    a, b = earlier.head, later.head
    runs = _runs(a, b)
    if min(len(a), len(b)) < _THIN:
        runs = _with_ends(a, b, runs)
    in_a, in_b = bytearray(len(a)), bytearray(len(b))
    for p, i, n in runs:
        in_a[p : p + n] = b"\1" * n
        in_b[i : i + n] = b"\1" * n
    grams_a, grams_b = _grams(a), _grams(b)
    known_a, known_b = frozenset((*grams_a, *earlier.rest)), frozenset((*grams_b, *later.rest))
    goes_on = _goes_on(later, earlier, runs, 1)
    found_a, _, _ = _coverage(earlier, later, known_b, grams=grams_a, covered=in_a, goes_on=_goes_on(earlier, later, runs, 0))
    found_b, tail, rest_known = _coverage(later, earlier, known_a, grams=grams_b, covered=in_b, goes_on=goes_on)
    return Alignment(
        runs=tuple(runs),
        gaps=tuple(_gaps(runs, in_a, len(a), len(b))),
        earlier_found=found_a,
        later_found=found_b,
        tail=tail,
        rest_known=rest_known,
        goes_on=goes_on,
        earlier_grams=known_a,
        later_grams=grams_b,
    )


def _runs(a: str, b: str) -> list[Run]:
    """Find the runs greedily in the order of `b`: the longest that starts there, the nearest ahead among equals."""
    runs: list[Run] = []
    at = expect = 0
    last = len(b) - RUN
    while at <= last:
        gram = b[at : at + RUN]
        best = place = 0
        found = a.find(gram, expect)
        tries = 0
        while found >= 0 and tries < 4:
            size = _common(a, found, b, at)
            if size > best:
                best, place = size, found
            tries += 1
            found = a.find(gram, found + 1)
        back = a.find(gram, 0, expect + RUN - 1)
        while back >= 0:
            size = _common(a, back, b, at)
            if size > max(best, BACK - 1):
                best, place = size, back
            back = a.find(gram, back + 1, expect + RUN - 1)
        if best:
            runs.append(Run(place, at, best))
            at += best
            expect = place + best
        else:
            at += 1
    return runs


def _with_ends(a: str, b: str, runs: list[Run]) -> list[Run]:
    """Count one or two words at the start and the end of a short text too, where they are too few for a run."""
    first, last = (runs[0], runs[-1]) if runs else (Run(len(a), len(b), 0), Run(0, 0, 0))
    size = 0
    while size < min(first.earlier, first.later) and a[size] == b[size]:
        size += 1
    start = [Run(0, 0, size)] if size else []
    free = min(len(a) - max(last.earlier + last.size, size), len(b) - max(last.later + last.size, size))
    size = 0
    while size < free and a[-size - 1] == b[-size - 1]:
        size += 1
    end = [Run(len(a) - size, len(b) - size, size)] if size else []
    return start + runs + end


def _common(a: str, p: int, b: str, i: int) -> int:
    """How many tokens from `a[p]` and `b[i]` on are the same: at least RUN of them are."""
    most = min(len(a) - p, len(b) - i)
    if a[p : p + most] == b[i : i + most]:
        return most
    low, high = RUN, most  # a[p:p+low] is the same, a[p:p+high] is not
    while high - low > 1:
        middle = (low + high) // 2
        if a[p + low : p + middle] == b[i + low : i + middle]:
            low = middle
        else:
            high = middle
    return low


def _gaps(runs: list[Run], in_a: bytearray, size_a: int, size_b: int) -> list[Gap]:
    gaps = []
    ends = [Run(0, 0, 0), *runs, Run(size_a, size_b, 0)]
    for (p, i, n), (q, j, _) in pairwise(ends):
        earlier = tuple(k for k in range(p + n, q) if not in_a[k])
        if earlier or i + n < j:
            gaps.append(Gap(earlier, i + n, j))
    return gaps


def _grams(head: str) -> tuple[int, ...]:
    return tuple(shingles(head.encode("utf-16-le") + b"\0\0", len(head)).tolist())


def _sampled(gram: int, rate: int) -> bool:
    return not gram & (1 << rate) - 1


def _goes_on(x: Print, y: Print, runs: list[Run], first: int) -> int:
    """
    Count the tokens at the end of x's head that stand where y's head has ended.

    What follows there in y is not kept token by token; it is taken for the same, as far as y is long enough, unless samples speak
    against it.

    Args:
        x: the text that is looked at.

        y: the other.

        runs: as found.

        first: 0 if x is the earlier text, 1 if it is the later.
    """
    if not runs or y.total <= HEAD:
        return 0
    last = max(runs, key=lambda run: run[1 - first])
    if last[1 - first] + last.size < len(y.head) - RUN:
        return 0
    return min(len(x.head) - last[first] - last.size, y.total - HEAD)


def _coverage(
    x: Print, y: Print, known: frozenset[int], *, grams: tuple[int, ...], covered: bytearray, goes_on: int
) -> tuple[int, int, tuple[bool, ...]]:
    """Per mille of x's tokens that stand in y, tokens behind x's head that do not, and which samples there do."""
    found = sum(covered)
    if y.total > HEAD and found < len(x.head):
        open_grams = [g for g, c in zip(grams, covered, strict=False) if not c and _sampled(g, y.rate)]
        if len(open_grams) >= _ENOUGH:
            found += (len(x.head) - found) * sum(g in known for g in open_grams) // len(open_grams)
        else:
            found = min(len(x.head), found + goes_on)
    if x.total <= HEAD:
        return 1000 * found // max(1, x.total), 0, ()
    behind = x.total - HEAD
    seen = tuple(g in known for g in x.rest if y.total <= HEAD or _sampled(g, y.rate) or g in known)
    more = behind * (sum(seen) if seen else found) // (len(seen) or len(x.head))
    return 1000 * (found + more) // x.total, behind - more, seen
