"""A committed offset is read for certain, or not at all."""

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError
from aiokafka.structs import OffsetAndMetadata

from worker import committed
from worker.committed import committed_offset

SOURCE = TopicPartition("wire.raw", 0)


class Admin:
    """An admin client that gives its answers one after another, the last of them for ever; an error is raised."""

    def __init__(self, *answers: dict[TopicPartition, OffsetAndMetadata] | Exception) -> None:
        """Take the answers."""
        self.answers = list(answers)

    async def list_consumer_group_offsets(
        self, _group: str, *, partitions: list[TopicPartition]
    ) -> dict[TopicPartition, OffsetAndMetadata]:
        """Answer."""
        assert partitions == [SOURCE]
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once."""
    monkeypatch.setattr(committed, "_PAUSE_SECONDS", 0)


async def test_a_committed_offset_is_given() -> None:
    """The broker's answer, as it is."""
    assert await committed_offset(Admin({SOURCE: OffsetAndMetadata(7, "")}), "g", SOURCE) == 7


async def test_minus_one_is_none() -> None:
    """The broker says -1 for a partition where the group has never committed."""
    assert await committed_offset(Admin({SOURCE: OffsetAndMetadata(-1, "")}), "g", SOURCE) is None


async def test_an_empty_answer_is_asked_again() -> None:
    """No offsets at all means that the coordinator can't say, not that nothing is committed."""
    admin = Admin({}, NotCoordinatorForGroupError("moved"), {}, {SOURCE: OffsetAndMetadata(7, "")})

    assert await committed_offset(admin, "g", SOURCE) == 7


async def test_a_coordinator_that_never_says_is_an_error() -> None:
    """After the time is up the worker ends rather than guess."""
    with pytest.raises(GroupCoordinatorNotAvailableError, match="group g did not answer"):
        await committed_offset(Admin({}), "g", SOURCE, seconds=0)


async def test_a_missing_right_is_said_at_once() -> None:
    """Waiting would not mend it."""
    with pytest.raises(GroupAuthorizationFailedError):
        await committed_offset(Admin(GroupAuthorizationFailedError("no")), "g", SOURCE)
