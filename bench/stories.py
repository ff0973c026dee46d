"""Wire copy for benchmarks: sentences of our own with places, names and figures put in, from a seed."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

__all__ = ["items"]

_PLACES: Final = "Bremen Lyon Porto Osaka Nairobi Quito Chicago Karachi Perth Oslo Turin Leeds Austin Lima Dakar Gdansk".split()
_COUNTRIES: Final = (
    "Germany France Portugal Japan Kenya Ecuador Pakistan Australia Norway Italy Britain Peru Senegal Poland".split()
)
_PEOPLE: Final = "Mara Ellingsen|Tom Okafor|Lucia Brandt|Henri Vasseur|Ana Duarte|Piotr Nowak|Grace Mbeki|Yuki Tanaka".split(
    "|"
)
_BODIES: Final = (
    "the port office|the health ministry|the city council|the central bank|the teachers' union|the rail operator".split("|")
)
_SENTENCES: Final = (
    "{body} in {place} said on {day} that {n} people had been moved to shelters after the river rose above its banks.",
    "{person}, who leads the talks for {country}, told reporters that an agreement was within reach but not yet signed.",
    "Shares of the company fell {p} percent in early trading after it cut its forecast for the second time this year.",
    "The price of a tonne of wheat rose to {n} dollars, the highest since the drought three years ago.",
    "Prosecutors in {place} have charged two men with setting fire to a warehouse in which {n} bicycles were stored.",
    "“We knew that the bridge was old, but nobody expected it to give way,” {person} said.",
    "The match ended {p}-{q} after extra time, and the visitors from {place} go through to the final on {day}.",
    "A court in {country} ruled that the law on data retention goes too far and must be rewritten by parliament.",
    "Researchers at the university of {place} found that children who read for {n} minutes a day sleep better.",
    "{body} expects {n} visitors at the festival, a tenth more than last year, and asks them to come by train.",
    "The new line will link {place} with the coast in under {n} minutes, but residents fear for their wells.",
    "In {country}, where the vote is to be held on {day}, both camps claim to be ahead by {p} points.",
    "Doctors warned that the clinic in {place} has drugs left for only {q} weeks unless the road is opened.",
    "The storm cut power to {n} homes and closed the airport; flights were sent to {place} instead.",
)
_DAYS: Final = "Monday Tuesday Wednesday Thursday Friday".split()
_FOOTERS: Final = (
    "",
    "\n(Reporting by {person} in {place}; editing by {person2})",
    "\n___\n© 2025 {body} News GmbH. All rights reserved.\nDistributed by Tribune Content Agency, LLC.",
    "\nSOURCE: {place} Daily Herald",
)
_START: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)


def items(size: int, count: int, seed: int = 1) -> Iterator[bytes]:
    """Give `count` ninjs items whose bodies have about `size` characters; no two are alike."""
    rnd = random.Random(seed)
    for number in range(count):
        sentences, length = [], 0
        while length < size:
            sentence = _fill(rnd, rnd.choice(_SENTENCES))
            sentences.append(sentence[0].upper() + sentence[1:])
            length += len(sentence) + 1
        text = "\n\n".join(" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2))
        body = _fill(rnd, f"{{PLACE}}, March {rnd.randint(1, 28)} (AN) - ") + text + _fill(rnd, rnd.choice(_FOOTERS))
        yield orjson.dumps(
            {
                "uri": f"urn:bench:{seed}:{number}",
                "type": "text",
                "version": "1",
                "versioncreated": (_START + timedelta(seconds=3 * number)).isoformat(),
                "language": "en",
                "headline": _fill(
                    rnd, rnd.choice(("{place}: {n} moved to shelters", "{country} vote put off", "{person} wins in {place}"))
                ),
                "body_text": body,
            }
        )


def _fill(rnd: random.Random, text: str) -> str:
    place = rnd.choice(_PLACES)
    return text.format(
        place=place, PLACE=place.upper(), country=rnd.choice(_COUNTRIES), person=rnd.choice(_PEOPLE), person2=rnd.choice(_PEOPLE),
        body=rnd.choice(_BODIES), n=rnd.randint(20, 9000), p=rnd.randint(1, 60), q=rnd.randint(1, 9), day=rnd.choice(_DAYS),
    )  # fmt: skip
