"""An item's own word counts where the desk knows of nothing that it follows."""

import pytest
from factories import make_slip

from worker.desk.decide import _declared
from worker.outcome import Relation


@pytest.mark.parametrize(
    ("signals", "relation"),
    [
        ((), Relation.NEW),
        (("update",), Relation.UPDATE),
        (("update", "correction"), Relation.CORRECTION),
        (("repeat",), Relation.NEW),
    ],
)
def test_a_declared_update_or_correction_is_one(signals: tuple[str, ...], relation: Relation) -> None:
    """A correction of what never came is a correction; a repeat of what never came is new."""
    assert _declared(make_slip(signals=signals)) is relation
