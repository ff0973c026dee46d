"""Stories written for these tests, each with later texts that stand to it in a known way."""

import pytest
from print_cases import DAY, EARNINGS, FERRY, FERRY_TITLE, GAPS, HOUR, MARKET, SPORT, WEATHER, make, relation

from worker.desk.compare import compare


@pytest.mark.parametrize("gap", GAPS)
def test_a_copy_is_a_duplicate_at_any_age(gap: int) -> None:
    """The same story in another house style is a duplicate, whether it comes at once or days later."""
    copy = FERRY.replace("three hours", "3 hours").replace("3,100", "3100").replace("neighbouring", "neighboring")

    verdict = compare(make(FERRY, FERRY_TITLE), make(copy, "Ferry Aurora aground off Hvaldar, 214 saved"), gap)

    assert relation(verdict) == "duplicate"
    assert verdict is not None
    assert verdict.method == "copy"


TEMPLATES = [
    (
        MARKET.format(price="141.5", day="Monday", way="up", change="2.5", lots="1,204", move="rise"),
        MARKET.format(price="139.0", day="Tuesday", way="down", change="2.5", lots="987", move="fall"),
        "Talang rubber closes",
    ),
    (
        WEATHER.format(town="Stennes", high=21, day="Monday", rain=10, low=9),
        WEATHER.format(town="Stennes", high=19, day="Tuesday", rain=40, low=11),
        "Weather in Stennes",
    ),
    (
        EARNINGS.format(a=18, b=13, c="741,000", d="522,000", e="36.7", f="33.5"),
        EARNINGS.format(a=22, b=18, c="912,000", d="741,000", e="41.2", f="36.7"),
        "Fennimore Coatings Inc 1st qtr",
    ),
    (
        SPORT.format(home="Stennes", away="Hvaldar", score="3-1", scorer="Ole Berg"),
        SPORT.format(home="Skarvik", away="Lundby", score="2-0", scorer="Per Dahl"),
        "Northern league",
    ),
]


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize(("first", "second", "title"), TEMPLATES, ids=["market", "weather", "earnings", "sport"])
def test_a_template_with_other_facts_is_no_duplicate(first: str, second: str, title: str, gap: int) -> None:
    """The same wording with other figures, days or names is never dropped, however soon it comes."""
    assert relation(compare(make(first, title), make(second, title), gap)) != "duplicate"


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize(("first", "second", "title"), TEMPLATES, ids=["market", "weather", "earnings", "sport"])
def test_a_template_repeated_word_for_word_is_a_duplicate(first: str, second: str, title: str, gap: int) -> None:
    """Short notices are still found when they are really copied."""
    del second
    assert relation(compare(make(first, title), make(first, title), gap)) == "duplicate"


def test_another_fund_with_the_same_dividend_is_a_story_of_its_own() -> None:
    """In a text of a few words one other name makes another story."""
    text = "Mthly div 6.5 cts vs 6.5 cts prior Pay April 30 Record April 15 NOTE: {} Insured Tax-Free Income Fund."

    verdict = compare(
        make(text.format("Ashdown"), "Ashdown fund payout"), make(text.format("Kirkby"), "Kirkby fund payout"), HOUR
    )

    assert verdict is None


@pytest.mark.parametrize("gap", GAPS)
def test_a_story_cut_for_another_service_is_an_abridged_duplicate(gap: int) -> None:
    """The first paragraphs alone say nothing new."""
    verdict = compare(make(FERRY, FERRY_TITLE), make("\n".join(FERRY.split("\n")[:5]), FERRY_TITLE), gap)

    assert relation(verdict) == "duplicate"
    assert verdict is not None
    assert verdict.method == "abridged"


@pytest.mark.parametrize("gap", GAPS)
def test_a_story_inside_local_paragraphs_is_a_wrapped_duplicate(gap: int) -> None:
    """A carrier's own words before and after a whole story are no news."""
    before = "Readers of the Valley Post may remember the ship from last summer, when it brought the orchestra to our harbour festival."
    after = (
        "The Valley Post will follow the matter. Write to our desk if you were on board or if you know somebody who was there."
    )

    verdict = compare(make(FERRY, FERRY_TITLE), make(f"{before}\n{FERRY}\n{after}", FERRY_TITLE), gap)

    assert relation(verdict) == "duplicate"
    assert verdict is not None
    assert verdict.method == "wrapped"


@pytest.mark.parametrize(
    "added",
    [
        {0: "FILE - In this May 4, 2016, file photo, the ferry Aurora lies in the port of Stennes. (Photo: Ida Holm)"},
        {2: "READ MORE: Island asks for a second ferry", 5: "Story continues below"},
        {11: "More stories: Harbour festival opens. Council votes on the new school. Storm closes the northern road."},
    ],
    ids=["caption", "links", "related"],
)
def test_what_a_carrier_adds_is_no_update(added: dict[int, str]) -> None:
    """Captions, links between paragraphs and related stories leave a copy a copy."""
    lines = FERRY.split("\n")
    for place, line in sorted(added.items(), reverse=True):
        lines.insert(place, line)

    assert relation(compare(make(FERRY, FERRY_TITLE), make("\n".join(lines), FERRY_TITLE), DAY)) == "duplicate"


def test_a_write_through_with_a_new_lead_is_an_update() -> None:
    """New paragraphs at the top are news, though most of the old text follows."""
    lead = (
        "Two crew members of the ferry Aurora were arrested on Wednesday, police in Stennes said, after investigators found that the "
        "alarm had been switched off before the ship ran aground.\nProsecutor Eva Moen said that both denied any wrongdoing and "
        "would be brought before a judge."
    )

    verdict = compare(make(FERRY, FERRY_TITLE), make(lead + "\n" + "\n".join(FERRY.split("\n")[1:]), FERRY_TITLE), 5 * HOUR)

    assert relation(verdict) == "update"


def test_a_short_new_lead_in_place_of_the_old_one_is_no_copy() -> None:
    """A dozen words are few among many, but at the top they are the news."""
    lines = FERRY.split("\n")
    lead = "Two crew members were arrested on Wednesday over the grounded ferry Aurora."

    verdict = compare(make(FERRY, FERRY_TITLE), make("\n".join([lead, *lines[1:]]), FERRY_TITLE), 5 * HOUR)

    assert relation(verdict) == "update"


def test_a_paragraph_with_new_figures_at_the_end_is_an_update() -> None:
    """Figures that the first version does not have are news, wherever they stand."""
    more = "The company put the damage at 41 million crowns and said that 7,500 bookings had been cancelled by Wednesday."

    verdict = compare(make(FERRY, FERRY_TITLE), make(f"{FERRY}\n{more}", FERRY_TITLE), HOUR)

    assert relation(verdict) == "update"


@pytest.mark.parametrize("headline", ["UPDATE 2-" + FERRY_TITLE, "3rd Ld-Writethru: " + FERRY_TITLE])
def test_a_text_that_says_it_updates_is_believed(headline: str) -> None:
    """A prefix of the wire makes an update of what else would be an abridged copy or a rewrite."""
    rewritten = FERRY.replace("were taken to the mainland", "had reached Stennes").replace(
        "within three hours", "by late evening"
    )

    assert (
        relation(compare(make(FERRY, FERRY_TITLE), make(rewritten + "\nThe wreck lies in shallow water.", headline), DAY))
        == "update"
    )


@pytest.mark.parametrize("gap", GAPS)
def test_a_toll_that_changed_is_never_a_duplicate(gap: int) -> None:
    """One other number in the same place is news, in a long text too."""
    verdict = compare(make(FERRY, FERRY_TITLE), make(FERRY.replace("eleven people", "fourteen people"), FERRY_TITLE), gap)

    assert relation(verdict) == "update"
    assert verdict is not None
    assert verdict.differs == ("numbers: 1",)


@pytest.mark.parametrize(
    ("old", "new", "headline"),
    [
        ("36.7", "39.7", "CORRECTED-Fennimore Coatings Inc 1st qtr"),
        ("741,000", "747,000", "(CORRECTED) - Fennimore Coatings Inc 1st qtr"),
    ],
)
def test_a_correction_of_one_digit_is_kept_as_a_correction(old: str, new: str, headline: str) -> None:
    """A flagged correction follows its story even if a single digit differs."""
    text = EARNINGS.format(a=18, b=13, c="741,000", d="522,000", e="36.7", f="33.5")

    verdict = compare(make(text, "Fennimore Coatings Inc 1st qtr"), make(text.replace(old, new), headline), HOUR)

    assert relation(verdict) == "correction"


def test_a_note_in_brackets_makes_a_correction() -> None:
    """The note may stand at the end of the text only."""
    later = FERRY.replace("Edvardsen", "Edvartsen") + "\n(Corrects spelling of captain's name in paragraph three)"

    assert relation(compare(make(FERRY, FERRY_TITLE), make(later, FERRY_TITLE), HOUR)) == "correction"
