"""
Score the footers stage on invented styles: where it cuts, what body it loses, which rights it reads.

    python -m bench.footer_styles.score [a b c …] [--misses]

Each footer of a set (`a.toml`, …) is put behind two stories of its language, each head above two, each trap behind two. The figures
are counted as the scorer of the evaluation sets counts them. A set is honest once: before somebody looks at its misses.
"""

import argparse
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from worker.model import Body, Decoded, Draft, Raw, Removed
from worker.rules.load import Rules
from worker.stages.footers import StripFooters

FOLDER = Path(__file__).parent
FIELDS = ("copyright_holder", "copyright_year", "distributor", "source")
OTHER_START = "¦"


class Case(NamedTuple):
    """A text with where a cut is right; for a trap, nowhere. `head` is how many code points in front are no story."""

    name: str
    text: str
    starts: tuple[int, ...]
    head: int
    rights: dict[str, str]


class Score(NamedTuple):
    """What came of one case; `missed` names the fields that were not read."""

    case: Case
    cut: int | None
    right: bool
    lost: str
    inside: int
    missed: tuple[str, ...]


def cases(name: str) -> list[Case]:
    """Put the set's entries behind and above stories."""
    entries, stories = _load(name), _load("stories")
    found = []
    for kind in ("footer", "head", "trap"):
        for entry in entries.get(kind, ()):
            for index, story in enumerate(stories[entry.get("lang", "en")]):
                title = f"{name} {kind} {entry.get('style', entry['text'][:40])!r} {index}"
                rights = entry.get("rights", {})
                if kind == "head":
                    head = f"{entry['text']}\n\n"
                    found.append(Case(title, head + story, (), len(head), rights))
                    continue
                before = story + entry.get("glue", "\n\n")
                marks = [mark.start() for mark in re.finditer(OTHER_START, entry["text"])]
                starts = tuple(len(before) + at - count for count, at in enumerate(marks))
                found.append(
                    Case(
                        title,
                        before + entry["text"].replace(OTHER_START, ""),
                        () if kind == "trap" else (len(before), *starts),
                        0,
                        rights,
                    )
                )
    return found


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def judge(stage: StripFooters, case: Case) -> Score:
    """Strip one case and compare."""
    body = Body(field="body_text", content_type="text/plain", value=case.text)
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="bench", body=body))
    stage(draft)
    reach = cut = None
    reach = len(case.text.rstrip())
    for span in sorted(draft.removed, key=lambda span: -span.end):
        if span.end >= reach or not case.text[span.end : reach].strip():
            cut = reach = min(reach, span.start)
    end = len(case.text) if cut is None else cut
    in_front = sum(_inside(span, case) for span in draft.removed if span.end <= end)
    if case.head:
        right = cut is None and in_front == 0 and _headless(draft.removed, case)
    elif case.starts:
        right = any(cut is not None and _same(case.text, cut, start) for start in case.starts)
    else:
        right = cut is None
    lost = ""
    if cut is not None and not right:
        lost = re.sub(r"\s", "", case.text[cut : min(case.starts)]) if case.starts else case.text[cut:]
    missed = tuple(field for field, value in case.rights.items() if not _alike(value, str(getattr(draft.rights, field) or "")))
    return Score(case, cut, right, lost, in_front, missed)


def _inside(span: Removed, case: Case) -> int:
    """How much of the story a span in front of the footer takes."""
    return len(case.text[max(span.start, case.head) : max(span.end, case.head)].strip())


def _headless(removed: tuple[Removed, ...], case: Case) -> bool:
    left = list(case.text[: case.head])
    for span in removed:
        left[span.start : span.end] = " " * (min(span.end, case.head) - span.start)
    return not "".join(left).strip()


def _same(text: str, one: int, other: int) -> bool:
    low, high = sorted((one, other))
    return not text[low:high].strip()


def _alike(gold: str, got: str) -> bool:
    one, other = (re.sub(r"\W+", "", value.lower()) for value in (gold, got))
    return bool(other) and (one in other or other in one) and 2 * min(len(one), len(other)) >= max(len(one), len(other))


def main() -> None:
    """Print a table of the sets, and the misses if they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sets = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "stories")
    parser.add_argument("sets", nargs="*", default=sets, help="which sets (default: all)")
    parser.add_argument("--misses", action="store_true", help="print each miss; the set is used up then")
    arguments = parser.parse_args()
    stage = StripFooters(Rules())
    titles = ("footers", "right", "losing", "traps", "cut", "heads", "right", "inside", "holder", "year", "distr.", "source")
    print(f"{'set':5s}" + "".join(f"{title:>9s}" for title in titles))
    for name in arguments.sets:
        scores = [judge(stage, case) for case in cases(name)]
        print(f"{name:5s}" + "".join(f"{value:>9s}" for value in _figures(scores)))
        for score in scores if arguments.misses else ():
            if not score.right or score.missed:
                print(_miss(score))


def _figures(scores: list[Score]) -> list[str]:
    footers = [score for score in scores if score.case.starts]
    heads = [score for score in scores if score.case.head]
    traps = [score for score in scores if not score.case.starts and not score.case.head]
    shares = []
    for field in FIELDS:
        having = [score for score in scores if field in score.case.rights]
        shares.append(_share(sum(field not in score.missed for score in having), len(having)))
    return [
        str(len(footers)),
        _share(sum(score.right for score in footers), len(footers)),
        str(sum(bool(score.lost) for score in footers)),
        str(len(traps)),
        str(sum(not score.right for score in traps)),
        str(len(heads)),
        _share(sum(score.right for score in heads), len(heads)),
        str(sum(score.inside for score in scores)),
        *shares,
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _miss(score: Score) -> str:
    case = score.case
    at = min(case.starts) if case.starts else len(case.text) - 80
    where = f"cut at {score.cut}, right at {case.starts}" if not score.right else "cut right"
    kept = case.text[at : score.cut] if score.cut is None or score.cut >= at else f"LOST {case.text[score.cut : at]!r}"
    return f"  {case.name}: {where}; left {kept!r}; rights missed {score.missed}"


if __name__ == "__main__":
    main()
