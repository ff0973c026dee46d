"""Short notices, alerts and scripts without capitals or blanks."""

from print_cases import DAY, FERRY, FERRY_TITLE, HOUR, make, relation

from worker.desk.compare import compare
from worker.outcome import Relation


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
