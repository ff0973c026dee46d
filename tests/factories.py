"""Make values for tests: every argument has a sensible default, a test names only what it is about."""

from dataclasses import replace
from typing import Any

from worker.desk.decide import Desk
from worker.desk.memory import DAY, Memory
from worker.desk.slip import Slip
from worker.model import Body, Decoded, Draft, Embargo, Origin, Raw
from worker.rules.load import Rules
from worker.stages.fingerprint import TakeFingerprint
from worker.stages.plain import MakeView, PlainText

NOON = 1_743_163_200_000  # 2025-03-28 12:00 UTC, in milliseconds
MINUTE = 60_000
HOUR = 60 * MINUTE

# Stories of our own, long enough to be compared.
HARBOUR = (
    "The harbour of Lindesmouth will stay closed until Thursday after a crane fell across the main quay, the port office said. "
    "Nobody was hurt. Seven ships wait in the bay, among them the ferry Alba Rosa with 312 passengers on board. Divers looked at the "
    "wreck on Monday and found the fairway free, but engineers want to lift the jib before traffic is let in. Port director Mara "
    "Ellingsen put the damage at 4.6 million euros and promised a report within two weeks. Fishermen from the north pier went out "
    "through the old lock at dawn and landed their catch at Torhaven instead."
)
BAKERS = (
    "Bakers in the valley of Orne have agreed to sell their bread by weight again, forty years after the custom was given up. A loaf "
    "of one kilo will cost 3.20 crowns from the first of May. The guild says that buyers had asked for it since flour became dear, "
    "and that scales stand in most shops anyway. Consumer groups welcome the step, yet they want the price of a kilo shown on every "
    "shelf. The first to change over is the old mill bakery of Pont-Ravel, whose owner calls it a return to plain dealing."
)


def make_draft(headline: str, text: str, **decoded: Any) -> Draft:
    """Make a draft with view and fingerprint, as the pipeline would leave it."""
    body = Body(field="body_text", content_type="text/plain", value=text)
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="ninjs", headline=headline, body=body, **decoded))
    draft.headline, draft.body = headline, body
    for stage in (PlainText(), MakeView(), TakeFingerprint(Rules())):
        stage(draft)
    return draft


def make_slip(uri: str = "urn:x:1", text: str = HARBOUR, headline: str = "Harbour closed", **fields: Any) -> Slip:
    """Make a slip whose fingerprint is that of `headline` and `text`; `until` makes an embargo."""
    fingerprint = make_draft(headline, text).fingerprint
    assert fingerprint is not None
    until = fields.pop("until", None)
    slip = Slip(
        uri=uri,
        version="1",
        provider="alpha",
        time=NOON,
        origin=Origin("wire.raw", 0, 0, NOON),
        recipe=fingerprint.recipe,
        exact=fingerprint.exact,
        print=fingerprint.print,
        headline=headline,
        embargo=Embargo(until=until, text="") if until is not None else None,
    )
    return replace(slip, **fields)


def make_desk(**arguments: Any) -> Desk:
    """Make a desk with an empty memory."""
    return Desk(Memory(7 * DAY, 30 * DAY), **arguments)
