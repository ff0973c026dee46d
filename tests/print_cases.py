"""Stories of our own, and how two of them compare."""

from worker.desk.compare import METHODS, Verdict
from worker.desk.prints import Print, decode_print
from worker.model import Decoded, Draft, Raw
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
