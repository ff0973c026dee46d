"""The invented footers of `bench/footer_styles`: what must hold for all of them, also one under the other."""

from pathlib import Path

import pytest
from footer_cases import STAGE, STORY, strip
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.footer_styles.score import FOLDER, Case, cases, judge

SETS = sorted(Path(path).stem for path in FOLDER.glob("*.toml") if path.stem != "stories")
CASES = [case for name in SETS for case in cases(name)]
FOOTERS = st.sampled_from([case.text[min(case.starts) :] for case in CASES if case.starts])
TRAPS = st.sampled_from(sorted({case.text.split("\n\n", 4)[-1] for case in CASES if not case.starts and not case.head}))
# What may stand in the middle of a story: captions, links, rights of a picture.
CAPTIONS = st.sampled_from(
    [
        "© 2031 Nordpress",
        "Copyright 2031 Ada Lind",
        "Alle Rechte vorbehalten.",
        "Related stories",
        "Read more: A pier for Lune",
        "Contact:",
    ]
)
PROSE = st.sampled_from(
    [
        "“We have waited twenty years for this pier,” she said.",
        "The council will vote again in May, and the fishermen have asked to be heard before it does.",
        "He told the meeting that the loan was safe.",
        "Work was to begin in spring.",
        "The harbour has 41 berths, of which nine are rented by the year to ferries and the rest by the day to whoever comes first in the morning.",
    ]
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_no_style_costs_a_word_of_the_story(case: Case) -> None:
    """Whether a footer is found or not, the story above it stays, and a story that only looks like one is whole."""
    score = judge(STAGE, case)

    assert score.lost == ""
    assert score.inside == 0
    assert case.starts or case.head or score.right


@settings(deadline=None)
@given(st.lists(FOOTERS, min_size=1, max_size=3))
def test_footers_under_each_other_leave_the_story(footers: list[str]) -> None:
    """Mixtures of footers never reach into the story."""
    draft = strip("\n\n".join([STORY, *footers]))

    assert draft.body is not None
    assert draft.body.value.startswith(STORY)


@settings(deadline=None)
@given(CAPTIONS, st.lists(PROSE, min_size=1, max_size=4))
def test_prose_below_a_closing_line_stays(caption: str, prose: list[str]) -> None:
    """A legal line or a list of links in the middle of a story takes nothing of what follows."""
    text = "\n\n".join([STORY, caption, *prose])

    draft = strip(text)

    assert draft.body is not None
    assert draft.body.value == text


@settings(deadline=None)
@given(TRAPS, FOOTERS)
def test_a_footer_takes_no_trap_with_it(trap: str, footer: str) -> None:
    """A last paragraph that looks like a footer stays above a real one, at least its first line."""
    draft = strip(f"{STORY}\n\n{trap}\n\n{footer}")

    assert draft.body is not None
    assert draft.body.value.startswith("\n\n".join([STORY, trap.split("\n", 1)[0]]))
