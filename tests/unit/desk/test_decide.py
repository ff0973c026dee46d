from dataclasses import replace
from typing import Any

import pytest
from factories import BAKERS, HARBOUR, HOUR, NOON, make_desk, make_slip

from worker.desk.precedence import Precedence
from worker.model import Embargo, Origin
from worker.outcome import Outcome, Relation


def test_first_item_is_new() -> None:
    """An item that nothing is known of is news, and the first of its own story."""
    decision = make_desk().decide(make_slip(routes=("topic.weather",)), 0)

    assert decision.story.relation is Relation.NEW
    assert decision.story.id == "urn:x:1"
    assert decision.routes == ("topic.weather",)


def test_copy_under_another_uri_is_a_duplicate() -> None:
    """The same text from another provider is a duplicate of the first, and the notice says what differs."""
    desk = make_desk()
    desk.decide(make_slip(holder="Alpha News"), 0)

    decision = desk.decide(make_slip("urn:y:9", provider="beta", holder="Beta Wire", headline="Port shut", time=NOON + HOUR), 1)

    assert decision.outcome is Outcome.DUPLICATE
    assert decision.story.of == decision.story.id == "urn:x:1"
    assert decision.story.similarity >= 900
    assert decision.story.differs[:3] == ("carrier: alpha", "rights: Alpha News", "headline: Harbour closed")
    assert decision.routes == ()


def test_newer_version_is_an_update_that_reaches_every_old_route() -> None:
    """A later version goes to the routes of its own tags and to all that an earlier version went to."""
    desk = make_desk()
    desk.decide(make_slip(routes=("topic.sport",)), 0)

    decision = desk.decide(make_slip(version="2", routes=("topic.weather",)), 1)

    assert decision.story.relation is Relation.UPDATE
    assert decision.story.of == "urn:x:1"
    assert decision.routes == ("topic.sport", "topic.weather")


def test_older_version_is_stale() -> None:
    """An older version that comes late goes to the audit trail and changes nothing."""
    desk = make_desk()
    desk.decide(make_slip(version="10"), 0)

    assert desk.decide(make_slip(version="9"), 1).story.relation is Relation.STALE
    assert desk.decide(make_slip(version="11"), 2).story.relation is Relation.UPDATE


def test_same_version_again_is_a_redelivery() -> None:
    """The same version with the same content is a redelivery."""
    desk = make_desk()
    desk.decide(make_slip(), 0)

    assert desk.decide(make_slip(), 1).story.relation is Relation.REDELIVERY


def test_same_version_with_other_content_is_an_update_that_says_so() -> None:
    """The same version with other content is published, with the method `content`."""
    desk = make_desk()
    desk.decide(make_slip(), 0)

    decision = desk.decide(make_slip(text=HARBOUR.replace("Thursday", "Friday")), 1)

    assert (decision.story.relation, decision.story.method) == (Relation.UPDATE, "content")


def test_versionless_item_seen_later_with_same_content_is_a_redelivery() -> None:
    """A scrape without version, fetched again an hour later, is no update."""
    desk = make_desk()
    desk.decide(make_slip(version=""), 0)

    assert desk.decide(make_slip(version="", time=NOON + HOUR), 1).story.relation is Relation.REDELIVERY


def test_correction_signal_makes_a_correction() -> None:
    """A newer version that says it corrects is a correction."""
    desk = make_desk()
    desk.decide(make_slip(), 0)

    decision = desk.decide(make_slip(version="2", signals=("correction",)), 1)

    assert decision.story.relation is Relation.CORRECTION


def test_newer_version_of_a_suppressed_copy_is_compared_again() -> None:
    """If a duplicate's next version brings something new, it is published in the same story."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    desk.decide(make_slip("urn:y:9", provider="beta"), 1)

    decision = desk.decide(make_slip("urn:y:9", provider="beta", version="2", text=BAKERS, headline="Bread"), 2)

    assert decision.story.relation is Relation.UPDATE
    assert decision.story.id == "urn:x:1"


@pytest.mark.parametrize(
    ("fields", "relation"),
    [
        ({"signals": ("test",)}, Relation.TEST),
        ({"signals": ("advisory",)}, Relation.ADVISORY),
        ({"status": "withheld"}, Relation.WITHHELD),
    ],
)
def test_what_is_not_news_is_rejected(fields: dict[str, Any], relation: Relation) -> None:
    """Tests, advisories and withheld items are rejected, and are no story for later copies."""
    desk = make_desk()

    decision = desk.decide(make_slip(**fields), 0)

    assert (decision.story.relation, decision.outcome) == (relation, Outcome.REJECTED)
    assert desk.decide(make_slip("urn:y:9"), 1).story.relation is Relation.NEW


def test_better_source_that_comes_late_is_published() -> None:
    """A copy of a provider that ranks higher is an update with method `precedence`, not suppressed."""
    desk = make_desk(precedence=Precedence([("agency",), ("scrape",)]))
    desk.decide(make_slip(provider="scrape"), 0)

    better = desk.decide(make_slip("urn:y:9", provider="agency"), 1)
    worse = desk.decide(make_slip("urn:z:9", provider="scrape"), 2)

    assert (better.story.relation, better.story.method) == (Relation.UPDATE, "precedence")
    assert worse.outcome is Outcome.DUPLICATE


def test_embargoed_item_is_held_until_released() -> None:
    """An embargoed item is held; its release is decided as the item itself, once."""
    desk = make_desk()
    held = make_slip(until=NOON + HOUR)

    assert desk.decide(held, 0).outcome is Outcome.HELD
    release = replace(held, kind="release", embargo=None, target=0)
    first, again = desk.decide(release, 1), desk.decide(release, 2)

    assert (first.story.relation, first.release, first.silent) == (Relation.NEW, ("urn:x:1",), False)
    assert again.silent


def test_embargo_that_cannot_be_read_waits() -> None:
    """An embargo whose time is not understood holds the item: it must never leak."""
    decision = make_desk().decide(make_slip(embargo=Embargo(until=None, text="until the Queen has spoken")), 0)

    assert decision.outcome is Outcome.HELD


def test_embargo_that_is_over_does_not_hold() -> None:
    """An item that arrives after its embargo has ended goes out."""
    decision = make_desk().decide(make_slip(until=NOON - HOUR), 0)

    assert decision.outcome is Outcome.KEPT


def test_free_copy_is_not_suppressed_by_a_held_one() -> None:
    """What is held is not compared: a copy without embargo is news."""
    desk = make_desk()
    desk.decide(make_slip(until=NOON + HOUR), 0)

    assert desk.decide(make_slip("urn:y:9", provider="beta"), 1).story.relation is Relation.NEW


def test_kill_of_a_held_item_prevents_its_release() -> None:
    """A kill while an item is held cancels it, removes it from the held topic, and its release finds nothing to do."""
    desk = make_desk()
    held = make_slip(until=NOON + HOUR)
    desk.decide(held, 0)

    kill = desk.decide(make_slip(status="canceled", version="2"), 1)
    release = desk.decide(replace(held, kind="release", embargo=None, target=0), 2)

    assert (kill.story.relation, kill.release) == (Relation.CANCELLATION, ("urn:x:1",))
    assert release.silent


def test_release_of_a_replaced_held_version_does_nothing() -> None:
    """Only the version that is held last is released."""
    desk = make_desk()
    old = make_slip(until=NOON + HOUR)
    desk.decide(old, 0)
    desk.decide(replace(old, version="2"), 1)

    assert desk.decide(replace(old, kind="release", embargo=None, target=0), 2).silent
    assert not desk.decide(replace(old, version="2", kind="release", embargo=None, target=1), 3).silent


def test_embargoed_update_of_a_published_item_is_held_and_released() -> None:
    """An update under embargo waits while the published version stays out, and its release is an update."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    update = make_slip(version="2", text=BAKERS, until=NOON + HOUR)

    assert desk.decide(update, 1).outcome is Outcome.HELD
    release = desk.decide(replace(update, kind="release", embargo=None, target=1), 2)

    assert (release.story.relation, release.story.of) == (Relation.UPDATE, "urn:x:1")


def test_watermark_does_not_follow_a_bad_date() -> None:
    """One item from the year 2098 moves no window: copies of older items are still found."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    desk.decide(make_slip("urn:z:1", text=BAKERS, time=NOON + 73 * 365 * 24 * HOUR), 1)

    assert desk.decide(make_slip("urn:y:9"), 2).outcome is Outcome.DUPLICATE


def test_first_item_with_a_bad_date_does_not_stop_the_clock() -> None:
    """A feed that begins with an item of 1900 finds its duplicates all the same."""
    desk = make_desk()
    desk.decide(make_slip("urn:old:1", text=BAKERS, time=1, origin=Origin("wire.raw", 0, 0, 0)), 0)
    for number in range(5):
        desk.decide(make_slip(f"urn:n:{number}", text=f"{BAKERS} {number} " * 2, time=NOON + number), 1 + number)

    assert abs(desk.memory.clock.now - NOON) < HOUR


class TestReplayed:
    """Backfill: items that come again through the live desk."""

    def test_known_version_keeps_story_and_relation(self) -> None:
        """A replayed version is published again with its story id and relation."""
        desk = make_desk()
        desk.decide(make_slip(), 0)
        desk.decide(make_slip("urn:y:9", provider="beta"), 1)

        kept = desk.decide(make_slip(replayed=True, routes=("topic.health",)), 2)
        duplicate = desk.decide(make_slip("urn:y:9", provider="beta", replayed=True), 3)

        assert (kept.story.relation, kept.story.method) == (Relation.NEW, "replayed")
        assert kept.routes == ("topic.health",)
        assert (duplicate.outcome, duplicate.story.of) == (Outcome.DUPLICATE, "urn:x:1")

    def test_older_version_never_overwrites_a_newer(self) -> None:
        """A replayed version that has been followed by a newer one, or a kill, is stale."""
        desk = make_desk()
        desk.decide(make_slip(version="2"), 0)

        assert desk.decide(make_slip(version="1", replayed=True), 1).story.relation is Relation.STALE
        desk.decide(make_slip(version="3", status="canceled"), 2)
        assert desk.decide(make_slip(version="2", replayed=True), 3).story.relation is Relation.STALE

    def test_older_than_memory_is_refused_unless_told(self) -> None:
        """An unknown item older than the identities remembered is refused, unless it is to be published as new."""
        desk = make_desk()
        desk.decide(make_slip(), 0)
        old = make_slip("urn:old:1", text=BAKERS, time=NOON - 40 * 24 * HOUR, replayed=True)

        assert (desk.decide(old, 1).story.relation, desk.decide(old, 2).story.method) == (Relation.STALE, "forgotten")
        assert desk.decide(replace(old, as_new=True), 3).story.relation is Relation.NEW

    def test_does_not_move_the_clock(self) -> None:
        """A backfill leaves the watermark where it is."""
        desk = make_desk()
        desk.decide(make_slip(), 0)
        before = desk.memory.clock.now

        desk.decide(make_slip("urn:old:1", text=BAKERS, time=NOON - 3 * 24 * HOUR, replayed=True), 1)

        assert desk.memory.clock.now == before
