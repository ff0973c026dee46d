"""How the end of a text is cut into units."""

import pytest

from worker.stages.footers.units import MOST_UNITS, WINDOW, units_backwards, units_forwards


def last_units(text: str) -> list[str]:
    """Give the units in the order of the text."""
    return [unit.text for unit in units_backwards(text)][::-1]


@pytest.mark.parametrize(
    ("line", "units"),
    [
        pytest.param("The pier is built. All rights reserved.", ["The pier is built.", "All rights reserved."], id="sentences"),
        pytest.param(
            "Gov. A. B. Lind spoke in St. Louis on Monday.",
            ["Gov. A. B. Lind spoke in St. Louis on Monday."],
            id="abbreviations",
        ),
        pytest.param("It ended at noon.© 2031 Nordpress", ["It ended at noon.", "© 2031 Nordpress"], id="glued sign"),
        pytest.param(
            "It ended at noon (Reporting by Ada Lind)", ["It ended at noon", "(Reporting by Ada Lind)"], id="strong opener"
        ),
        pytest.param(
            "(By Ada Lind. Edited by Bo Ek) and so on", ["(By Ada Lind. Edited by Bo Ek) and so on"], id="open bracket"
        ),
        pytest.param(
            "She said: “We wait.” Then she left the quay.", ["She said: “We wait.”", "Then she left the quay."], id="quotation"
        ),
        pytest.param(
            "Der Hafen wurde gestern geschlossen. kl/mo", ["Der Hafen wurde gestern geschlossen.", "kl/mo"], id="initials"
        ),
    ],
)
def test_line_is_cut_into_sentences(line: str, units: list[str]) -> None:
    """A sentence ends at a stop sign, a legal line starts at its sign."""
    assert last_units(line) == units


def test_units_know_their_place() -> None:
    """A unit knows what stands before it and whether it starts its line."""
    footer, story = list(units_backwards("The pier is built.\n\n(AFP)"))

    assert (footer.text, footer.own, footer.before, footer.blank) == ("(AFP)", True, ".", True)
    assert (story.text, story.before, story.start, story.end) == ("The pier is built.", "", 0, 18)


def test_window_is_bounded() -> None:
    """However long the text, only so much of its end is looked at."""
    units = list(units_backwards("kl/mo\n" * 10_000))

    assert len(units) == MOST_UNITS
    assert sum(len(unit.text) for unit in units_backwards("a. B" * 10_000)) <= WINDOW


def test_line_cut_by_the_window_is_left_out() -> None:
    """What starts before the window is no unit, because nobody knows how it starts."""
    text = "x" * WINDOW + "\nThe end is here.\n"

    assert last_units(text) == ["The end is here."]


def test_heads_are_read_from_the_start() -> None:
    """The first lines come in their order."""
    assert [unit.text for unit in units_forwards("FOR IMMEDIATE RELEASE\n\nLUNE - It opened.\nMore", 3)] == [
        "FOR IMMEDIATE RELEASE",
        "LUNE - It opened.",
    ]
