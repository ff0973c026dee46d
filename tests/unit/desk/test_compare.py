"""Stories written for these tests, each with later texts that stand to it in a known way."""

import pytest

from worker.desk.compare import METHODS, Verdict, compare
from worker.desk.prints import Print, decode_print
from worker.model import Decoded, Draft, Raw
from worker.outcome import Relation
from worker.rules.load import Rules
from worker.stages.fingerprint import TakeFingerprint
from worker.text import TextView

HOUR = 3_600_000
DAY = 24 * HOUR
GAPS = [40 * 60_000, DAY, 3 * DAY, 6 * DAY]
_TAKE = TakeFingerprint(Rules())

FERRY = """The ferry Aurora ran aground off the island of Hvaldar on Tuesday with 214 passengers on board, the coast guard said.
All of them were taken to the mainland by fishing boats within three hours, and eleven people were treated for cold.
The captain, Jonas Edvardsen, told investigators that a pump had failed shortly after the ship left the port of Stennes.
"We heard a bang and then the lights went out," said Marta Lindqvist, a teacher who was travelling with her class.
The operator Nordlinjen said it would halt all sailings on the route until the two sister ships have been inspected.
Divers are expected to look at the hull on Wednesday, when the wind is forecast to ease.
The transport ministry has opened an inquiry, the second into the company in four years.
Hvaldar, with 3,100 inhabitants, depends on the ferry for most of its supplies, and shops said that milk and bread were running
low by the evening.
A replacement ship from the neighbouring county is due on Thursday at noon, the operator said.
Nordlinjen carried 1.9 million passengers last year and has been owned by the pension fund Havfond since 2011."""
FERRY_TITLE = "Ferry with 214 on board runs aground off Hvaldar"

MARKET = """Spot rubber closed at {price} cents a kilo in Port Talang on {day}, {way} {change} cents from the day before, traders said.
Turnover was {lots} lots. Dealers put the {move} down to buying by tyre makers and thin supply from the north."""
WEATHER = """{town} will have sunny spells and a high of {high} degrees on {day}, the weather office said. Winds will be light from the
south-west, and the chance of rain is {rain} percent. The low overnight will be {low} degrees."""
EARNINGS = """Shr {a} cts vs {b} cts
Net {c} vs {d}
Sales {e} mln vs {f} mln
Avg shrs 4,100,000 vs 4,050,000
NOTE: Results restated for the sale of the paint division."""
SPORT = """{home} beat {away} {score} on Saturday to move to the top of the northern league. {scorer} scored twice before half time.
{home} play at home again next week, when they meet the champions."""


def make(text: str, headline: str = "", *, language: str = "en", dateline: int = 0, signals: tuple[str, ...] = ()) -> Print:
    """Take the print of a story."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="x"))
    draft.view = TextView(headline, text, dateline)
    draft.language = language
    draft.signals = signals
    _TAKE(draft)
    assert draft.fingerprint is not None
    return decode_print(draft.fingerprint.print)


def relation(verdict: Verdict | None) -> str:
    """Say the relation in a word."""
    if verdict is None:
        return "new"
    assert verdict.method in METHODS
    assert 0 <= verdict.similarity <= 1000
    return verdict.relation.value


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


def test_a_story_follows_its_alert() -> None:
    """A headline without a text is linked to the story that comes after it, and never suppresses it."""
    verdict = compare(
        make("", "Ferry Aurora runs aground off Hvaldar"),
        make(FERRY, "Ferry Aurora runs aground off Hvaldar, 214 on board"),
        HOUR,
    )

    assert verdict is not None
    assert (verdict.relation, verdict.method) == (Relation.UPDATE, "alert")


def test_an_alert_of_something_else_is_not_followed() -> None:
    """One word in common is not enough."""
    assert compare(make("", "Ferry fares to rise in autumn"), make(FERRY, FERRY_TITLE), HOUR) is None


def test_a_short_notice_without_a_headline_must_be_the_same_word_for_word() -> None:
    """Nothing but its words says what it is about."""
    text = "TALANG {} OPTION TRADES MORNING BUSINESS NIL AFTERNOON QUIET"

    assert compare(make(text.format("COFFEE")), make(text.format("COCOA")), HOUR) is None
    assert relation(compare(make(text.format("COFFEE")), make(text.format("COFFEE")), HOUR)) == "duplicate"


def test_fractions_decide() -> None:
    """6 and 6-3/16 percent are two rates; 3-1/2 and three and one-half are one."""
    text = "Dealers said funds were trading at {} pct when the bank began its temporary supply of reserves to the system, and that most had expected it to arrange repurchase agreements in the morning."

    assert relation(compare(make(text.format("6")), make(text.format("6-3/16")), HOUR)) != "duplicate"
    assert relation(compare(make(text.format("3-1/2")), make(text.format("three and one-half")), HOUR)) == "duplicate"


def test_opposite_sense_is_no_copy() -> None:
    """Accepted and rejected are two stories, with every other word the same."""
    text = FERRY + "\nThe union of seamen {} the offer of the company on Tuesday night, its chairman said."

    verdict = compare(make(text.format("accepted"), "Union votes"), make(text.format("rejected"), "Union votes"), HOUR)

    # Behind the head words are only sampled: put the sentence first as well.
    first = compare(
        make(text.format("accepted").split("\n")[-1] + FERRY), make(text.format("rejected").split("\n")[-1] + FERRY), HOUR
    )
    assert relation(first) != "duplicate"
    assert verdict is not None


def test_two_writers_on_one_event_are_two_stories() -> None:
    """Common names and quotes do not make a copy."""
    other = """Fishermen on Hvaldar woke on Tuesday to the sound of a horn. Within minutes a dozen boats were on their way to the ferry Aurora.
"You do not think, you go," said Arne Nilsen, 61, whose boat brought back 38 people. Marta Lindqvist, who teaches at Stennes, said her
pupils sang to keep warm. Jonas Edvardsen, the captain, was the last to leave the ship. Nordlinjen did not answer calls."""

    assert relation(compare(make(FERRY, FERRY_TITLE), make(other, "Fishermen bring 214 to safety"), HOUR)) != "duplicate"


def test_a_notice_of_another_day_is_new_if_the_dateline_says_so() -> None:
    """Two short notices with the same words and other days in their datelines are two notices."""
    text = "There were five grain ships loading and three waiting at the port of Talang, the exchange said."
    first = make(f"TALANG, March 3 - {text}", "Grain ships at Talang", dateline=18)

    assert compare(first, make(f"TALANG, March 5 - {text}", "Grain ships at Talang", dateline=18), 2 * DAY) is None
    assert (
        relation(compare(first, make(f"TALANG, March 3 - {text}", "Grain ships at Talang", dateline=18), 2 * DAY))
        == "duplicate"
    )


def test_german_nouns_are_no_names() -> None:
    """Another noun in a German text is house style, not another person."""
    text = "Die Fähre lief am Dienstag vor der Insel auf Grund. Alle Reisenden wurden von Booten geborgen, wie die Wache mitteilte. Der {} sprach von einem Ausfall der Pumpe kurz nach der Abfahrt aus dem Hafen, die Ermittler prüfen nun den Zustand des Rumpfes und der beiden Schwesterschiffe."

    verdict = compare(make(text.format("Kapitän"), language="de"), make(text.format("Schiffsführer"), language="de"), DAY)

    assert relation(verdict) == "duplicate"


def test_text_without_blanks_is_compared_by_its_signs() -> None:
    """Chinese copies are found, and one other number in them is seen."""
    text = "海岸警卫队周二表示渡轮在岛屿附近搁浅船上载有214名乘客所有人在三小时内被渔船送往大陆十一人因寒冷接受治疗船长告诉调查人员水泵在离港后不久发生故障"

    assert relation(compare(make(text, language="zh"), make(text, language="zh"), DAY)) == "duplicate"
    assert relation(compare(make(text, language="zh"), make(text.replace("214", "241"), language="zh"), DAY)) != "duplicate"
