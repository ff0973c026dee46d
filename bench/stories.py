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
_NOUNS: Final = (
    "harbour bridge school budget strike harvest tunnel clinic market festival court treaty orchard factory airport ferry museum "
    "reactor dam quarry vineyard library tram stadium archive reef glacier pipeline warehouse theatre union ministry council bakery "
    "railway satellite vaccine tariff pension lottery monastery aquarium brewery lighthouse shipyard curfew census ballot"
).split()
_VERBS: Final = (
    "closed opened rejected approved flooded repaired halted doubled postponed inspected sold bought praised blamed evacuated searched "
    "painted measured banned licensed expanded merged audited fined rebuilt surveyed leased guarded sued backed"
).split()
_ADJECTIVES: Final = (
    "old new northern southern disputed flooded private public narrow crowded idle costly rural urban wooden rusty empty modern "
    "coastal ancient noisy quiet popular troubled"
).split()
# Many slots and many words: two stories share hardly three words in a row, as two real ones.
_SENTENCES: Final = (
    "The {adj} {noun} near {place} was {verb} after {n} {noun2}s were {verb2}, {person} of {body} said on {day}.",
    "“We {verb} the {noun} because {place} had {verb2} its {adj} {noun2},” {person} told reporters.",
    "{person} {verb} plans for a {adj} {noun} in {country}, where {n} people had {verb2} the {noun2}.",
    "In {place}, {body} {verb} {p} percent of its {noun}s and {verb2} a {adj} {noun2} for {n} euros.",
    "Shares in the {noun} fell {p} percent when {country} {verb} the {adj} {noun2} it had {verb2} in spring.",
    "A {adj} {noun} between {place} and {country} will be {verb} by {day}, {q} weeks after the {noun2} was {verb2}.",
    "{body} {verb} the {noun}; critics in {country} said the {adj} {noun2} should have been {verb2} long ago.",
    "Some {n} visitors saw how {person} {verb} the {adj} {noun} and {verb2} a {noun2} from {place}.",
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
        noun=rnd.choice(_NOUNS), noun2=rnd.choice(_NOUNS), verb=rnd.choice(_VERBS), verb2=rnd.choice(_VERBS),
        adj=rnd.choice(_ADJECTIVES), body=rnd.choice(_BODIES), n=rnd.randint(20, 9000), p=rnd.randint(1, 60), q=rnd.randint(1, 9), day=rnd.choice(_DAYS),
    )  # fmt: skip
