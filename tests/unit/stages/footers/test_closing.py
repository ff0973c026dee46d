"""Lines that close a story, and what goes with them."""

import pytest
from footer_cases import STORY, strip

FULL = [
    pytest.param("Related stories\nFerry runs aground in fog\nCouncil to vote on the quay", id="links"),
    pytest.param("© 2031 Nordpress\n\nGet the Nordpress app", id="app"),
    pytest.param(
        "Copyright 2031 Nordpress. All rights reserved. The name of the pier is a mark of its owners.",
        id="sentence behind a sign",
    ),
    pytest.param(
        "ENDS\n\nNotes:\n1. The trust was founded in 1911 by the harbour towns and owns nine piers.\n2. It is a charity.",
        id="end mark",
    ),
    pytest.param("(AFP)\n\nRelated\n\nFerry runs aground in fog", id="sign-off above links"),
    pytest.param("Bo Ek is a retired harbour master. He keeps bees.", id="a stranger's biography"),
    pytest.param("If you like our work, tell your friends. Follow us on Facebook.", id="appeal"),
]


@pytest.mark.parametrize("footer", FULL)
def test_what_stands_below_or_beside_goes_too(footer: str) -> None:
    """Short lines below a closing line, sentences behind a sign, all below an end mark."""
    draft = strip(f"{STORY}\n\n{footer}")

    assert draft.body is not None
    assert draft.body.value.rstrip() == STORY


def test_a_person_of_the_story_is_no_stranger() -> None:
    """A last paragraph on somebody whom the story names is story."""
    text = f"{STORY}\n\nThe plan is Bo Ek’s, and Ek spoke for an hour.\n\nBo Ek is a professor at the university."

    assert strip(text).removed == ()


def test_a_table_of_names_and_countries_stays() -> None:
    """Names with a code behind them are a list when there are three."""
    text = f"{STORY}\n\nThe crews are:\nAda Lind (NOR)\nBo Ek (SWE)\nCy Moss (GBR)\nDag Ory (DEN)"
    draft = strip(f"{text}\n\nNNNN\n")

    assert draft.body is not None
    assert draft.body.value.rstrip() == text


def test_a_tweet_in_the_story_stays() -> None:
    """An address and a date inside the story are no contact."""
    text = f"{STORY}\n\nWhat a pier! https://t.co/a1b2c3 — Ada Lind (@adalind) March 3, 2031"

    assert strip(f"{text}\n\n(c) 2031 Nordpress").body is not None
    assert strip(f"{text}\n\n(c) 2031 Nordpress").body.value == f"{text}\n\n"  # type: ignore[union-attr]


def test_a_head_below_the_headline_goes_alone() -> None:
    """A legal line under the title is cut, the title is not."""
    draft = strip(f"A pier for Lune\n(c) 2031 Nordpress\n\n{STORY}")

    assert draft.body is not None
    assert draft.body.value == f"A pier for Lune\n{STORY}"
    assert draft.rights.copyright_holder == "Nordpress"
