from factories import BAKERS, HARBOUR, HOUR, NOON, make_desk, make_slip

from worker.outcome import Outcome, Relation


def test_kill_reaches_every_route_of_every_version() -> None:
    """A cancellation goes to all routes that any version of the item went to."""
    desk = make_desk()
    desk.decide(make_slip(routes=("topic.sport",)), 0)
    desk.decide(make_slip(version="2", routes=("region.europe",)), 1)

    kill = desk.decide(make_slip(version="3", status="canceled", text="", headline=""), 2)

    assert kill.story.relation is Relation.CANCELLATION
    assert kill.outcome is Outcome.KEPT
    assert kill.routes == ("region.europe", "topic.sport")


def test_kill_wins_over_a_late_update() -> None:
    """An update that comes after the kill is stale."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    desk.decide(make_slip(version="2", signals=("kill",)), 1)

    decision = desk.decide(make_slip(version="3"), 2)

    assert (decision.story.relation, decision.story.method) == (Relation.STALE, "killed")


def test_kill_before_its_item_is_remembered() -> None:
    """A kill that overtakes its item goes to every route, and the item that follows is stale."""
    desk = make_desk(all_routes=("region.asia", "topic.sport"))

    kill = desk.decide(make_slip(status="canceled"), 0)
    late = desk.decide(make_slip(), 1)

    assert (kill.routes, kill.story.method) == (("region.asia", "topic.sport"), "forgotten")
    assert late.story.relation is Relation.STALE


def test_kill_takes_back_what_the_provider_published_after_it() -> None:
    """A write-through under another id follows the killed item, so it is cancelled with it."""
    desk = make_desk()
    desk.decide(make_slip(routes=("topic.sport",)), 0)
    more = f"{HARBOUR} A second crane was taken out of service on Tuesday while inspectors look for cracks in its foot, and the town has asked all carriers to send their lorries by way of the inland terminal at Grafe."
    update = desk.decide(make_slip("urn:x:2", text=more, time=NOON + HOUR, routes=("topic.weather",)), 1)

    kill = desk.decide(make_slip(version="2", status="canceled"), 2)

    assert update.story.of == "urn:x:1"
    assert kill.story.cancels == ("urn:x:1", "urn:x:2")
    assert kill.routes == ("topic.sport", "topic.weather")


def test_kill_of_somebody_elses_copy_leaves_the_story_out() -> None:
    """Killing a suppressed copy of another provider is recorded and does not cancel the kept story."""
    desk = make_desk()
    desk.decide(make_slip(holder="Alpha"), 0)
    desk.decide(make_slip("urn:y:9", provider="beta", holder="Beta"), 1)

    kill = desk.decide(make_slip("urn:y:9", provider="beta", version="2", status="canceled"), 2)

    assert kill.story.cancels == ("urn:y:9",)
    assert desk.decide(make_slip(version="2"), 3).story.relation is Relation.UPDATE


def test_kill_of_a_copy_by_the_same_holder_cancels_the_story() -> None:
    """A distributor that kills a copy for the rights holder of the kept story cancels that too; other carriers are named."""
    desk = make_desk()
    desk.decide(make_slip(holder="Alpha", routes=("topic.sport",)), 0)
    desk.decide(make_slip("urn:y:9", provider="beta", holder="Alpha"), 1)
    desk.decide(make_slip("urn:z:9", provider="gamma", holder="Alpha"), 2)

    kill = desk.decide(make_slip("urn:y:9", provider="beta", holder="Alpha", version="2", status="canceled"), 3)

    assert kill.story.of == "urn:x:1"
    assert kill.story.cancels == ("urn:x:1", "urn:y:9")
    assert kill.story.carriers == ("urn:z:9",)
    assert kill.routes == ("topic.sport",)


def test_copy_of_a_killed_story_is_news_again() -> None:
    """What was killed suppresses nothing: another provider's copy is published."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    desk.decide(make_slip(version="2", status="canceled"), 1)

    assert desk.decide(make_slip("urn:y:9", provider="beta"), 2).story.relation is Relation.NEW


def test_withheld_after_publication_is_a_cancellation() -> None:
    """An item that is withheld after it went out is taken back."""
    desk = make_desk()
    desk.decide(make_slip(), 0)

    assert desk.decide(make_slip(version="2", status="withheld"), 1).story.relation is Relation.CANCELLATION


class TestOperator:
    """Commands that an operator appends to the prepared topic."""

    def test_kill(self) -> None:
        """An operator's kill takes back the kept story whoever owns it, once."""
        desk = make_desk()
        desk.decide(make_slip(), 0)
        desk.decide(make_slip("urn:y:9", provider="beta"), 1)

        kill = desk.decide(make_slip("urn:y:9", kind="kill"), 2)

        assert kill.story.method == "operator"
        assert kill.story.cancels == ("urn:x:1", "urn:y:9")
        assert desk.decide(make_slip("urn:y:9", kind="kill"), 3).silent

    def test_not_a_duplicate(self) -> None:
        """A suppressed item that was no duplicate is published as a story of its own."""
        desk = make_desk()
        desk.decide(make_slip(), 0)
        desk.decide(make_slip("urn:y:9", provider="beta"), 1)

        decision = desk.decide(make_slip("urn:y:9", provider="beta", kind="not-a-duplicate"), 2)

        assert (decision.story.id, decision.story.relation) == ("urn:y:9", Relation.NEW)
        assert desk.decide(make_slip("urn:y:9", provider="beta", kind="not-a-duplicate"), 3).silent

    def test_forget(self) -> None:
        """A forgotten item is as if never seen, and its memory record is removed."""
        desk = make_desk()
        desk.decide(make_slip(), 0)
        desk.memory.commit()

        desk.decide(make_slip(kind="forget"), 1)

        assert (b"item:urn:x:1", None) in desk.memory.changes()
        assert desk.decide(make_slip(text=BAKERS), 2).story.relation is Relation.NEW

    def test_unknown_uri_is_silent(self) -> None:
        """A command for a uri that is not remembered publishes nothing, except a kill."""
        desk = make_desk()

        assert desk.decide(make_slip(kind="forget"), 0).silent
        assert desk.decide(make_slip(kind="release"), 1).silent
        assert not desk.decide(make_slip(kind="kill"), 2).silent
