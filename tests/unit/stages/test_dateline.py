"""Datelines are read by their shape, in many languages, and nothing else is taken for one."""

from pathlib import Path

import pytest

from worker.model import Dateline, Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.dateline import ReadDateline

STAGE = ReadDateline(Rules())

READ = [
    ("BEIRUT (Reuters) - ", "BEIRUT", "LB", "Reuters", None),
    ("KYIV, Ukraine (Reuters) - ", "KYIV", "UA", "Reuters", None),
    ("ADDIS ABABA, Aug. 17 (Xinhua) -- ", "ADDIS ABABA", "ET", "Xinhua", "Aug. 17"),
    ("MOSCOW, January 21. /TASS/. ", "MOSCOW", "RU", "TASS", "January 21"),
    ("(ANSA) - ROME, JUL 11 - ", "ROME", "IT", "ANSA", "JUL 11"),
    ("Tegucigalpa, Jan 2 (EFE).- ", "Tegucigalpa", "HN", "EFE", "Jan 2"),
    ("SEOUL, Aug. 20 (Yonhap) -- ", "SEOUL", "KR", "Yonhap", "Aug. 20"),
    ("HONOLULU, Dec. 23 (UPI) — ", "HONOLULU", "US", "UPI", "Dec. 23"),
    ("NEEDHAM, Mass., Sept. 19, 2025 /PRNewswire/ -- ", "NEEDHAM", "US", "PRNewswire", "Sept. 19, 2025"),
    ("DUBLIN, Ireland, Aug. 12, 2026 (GLOBE NEWSWIRE) -- ", "DUBLIN", "IE", "GLOBE NEWSWIRE", "Aug. 12, 2026"),
    ("SAN FRANCISCO, September 15, 2026--(BUSINESS WIRE)--", "SAN FRANCISCO", "US", "BUSINESS WIRE", "September 15, 2026"),
    ("Bremen (dpa) – ", "Bremen", "DE", "dpa", None),
    ("Hamburg (dpa/lno) – ", "Hamburg", "DE", "dpa/lno", None),
    ("BONN (dpa-AFX) - ", "BONN", "DE", "dpa-AFX", None),
    ("Frankfurt am Main (dpa) - ", "Frankfurt am Main", "DE", "dpa", None),
    ("Roma, 2 mar. (Adnkronos) - ", "Roma", "IT", "Adnkronos", "2 mar"),
    ("Paris, 21 jan 2019 (AFP) - ", "Paris", "FR", "AFP", "21 jan 2019"),
    ("MADRID, 12 Ene. (EUROPA PRESS) - ", "MADRID", "ES", "EUROPA PRESS", "12 Ene"),
    ("Rio de Janeiro, 3 de maio (Lusa) - ", "Rio de Janeiro", "BR", "Lusa", "3 de maio"),
    ("FRANKFURT (Dow Jones)--", "FRANKFURT", "DE", "Dow Jones", None),
    ("СОФИЯ, 21 января. /ТАСС/. ", "СОФИЯ", None, "ТАСС", "21 января"),
    ("新华社北京8月17日电 ", "北京", None, "新华社", "8月17日"),
    ("(서울=연합뉴스) ", "서울", None, "연합뉴스", None),
    ("Veracruz (México), 5 mar (EFE).- ", "Veracruz", "MX", "EFE", "5 mar"),
    ("Zagreb, 5. ožujka (Hina) - ", "Zagreb", "HR", "Hina", "5. ožujka"),
    ("DALE, IND., March 12 - ", "DALE", "US", None, "March 12"),
    ("BRUSSELS, March 27, Reuter - ", "BRUSSELS", "BE", "Reuter", "March 27"),
    ("NEW YORK, April 1  - ", "NEW YORK", "US", None, "April 1"),
    ("THE HAGUE, March 16 - ", "THE HAGUE", "NL", None, "March 16"),
    ("ST. LOUIS, Mo. (AP) — ", "ST. LOUIS", "US", "AP", None),
    ("WASHINGTON, D.C. (AP) - ", "WASHINGTON", "US", "AP", None),
    ("LONDON/PARIS (Reuters) - ", "LONDON/PARIS", "GB", "Reuters", None),
    ("Jan. 3 (UPI) -- ", None, None, "UPI", "Jan. 3"),
    ("QUUXVILLE (Nowhere News) - ", "QUUXVILLE", None, "Nowhere News", None),
    ("OTTAWA — ", "OTTAWA", "CA", None, None),
    ("Berlin – ", "Berlin", "DE", None, None),
    ("By Ann Example\nATHENS, Ga. (AP) - ", "ATHENS", "US", "AP", None),
    ("Pilot lands on a meadow. ORLANDO, Fla. (AP) — ", "ORLANDO", "US", "AP", None),
]

LEFT = [
    "Trump — the president — said on Monday that he would go.",
    "Trump — The president said on Monday that he would go.",
    "TEHRAN-based militias fought on Monday.",
    "NATO said on Monday that it would meet.",
    "PARIS — the city of light — is dark today.",
    "Mr. Example (R-Ohio) - He voted against it.",
    "Widgets (WDGT) - The maker of widgets rose.",
    "BREAKING - The bridge is closed.",
    "UPDATE 1 - The bridge is closed.",
    "Police (and others) - They came too late.",
    "The Senate (AP) - The vote was close.",
    "Sales (in millions) - The year in figures.",
    "In May 12 - The number of the house.",
    "",
    "-",
    "(",
]


@pytest.mark.parametrize(("line", "place", "country", "agency", "date"), READ, ids=[row[0] for row in READ])
def test_forms_of_many_agencies_are_read(
    line: str, place: str | None, country: str | None, agency: str | None, date: str | None
) -> None:
    """Place, country, agency and date are read, and the story starts behind the dateline."""
    text = f"{line}The mayor opened a bridge."

    found = STAGE.read(text)

    assert found is not None
    assert (found.place, found.country, found.agency, found.date) == (place, country, agency, date)
    assert text[found.end :] == "The mayor opened a bridge."


@pytest.mark.parametrize("text", LEFT)
def test_what_is_no_dateline_is_left(text: str) -> None:
    """Insertions between dashes, compounds, tickers, parties and labels are no datelines."""
    assert STAGE.read(text) is None


def test_text_of_the_dateline_stands_in_the_body() -> None:
    """The words of the dateline are those at its place in the text."""
    text = "By Ann Example\nATHENS, Ga. (AP) - A bridge fell."

    found = STAGE.read(text)

    assert found is not None
    assert found.text == "ATHENS, Ga. (AP) -"
    assert text[: found.end].rstrip().endswith(found.text)


def test_located_is_used_when_the_text_has_no_dateline() -> None:
    """What the source says of where a story was written becomes the dateline, with no text of its own."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="ninjs", item={"located": "Nairobi"}), text="A bridge fell.")

    STAGE(draft)

    assert draft.dateline == Dateline(place="Nairobi", country="KE", text="", end=0)


def test_a_dateline_in_the_text_beats_located() -> None:
    """The line that the reader sees decides."""
    text = "OSLO (Example) - A bridge fell."
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="ninjs", item={"located": "Nairobi"}), text=text)

    STAGE(draft)

    assert draft.dateline is not None
    assert draft.dateline.country == "NO"


def test_an_operator_can_name_a_place(tmp_path: Path) -> None:
    """A place from the operator's rules gives the dateline its country."""
    (tmp_path / "regions.toml").write_text('[places]\nIS = ["Quuxville"]\n', encoding="utf-8")

    found = ReadDateline(Rules(tmp_path)).read("QUUXVILLE - The mayor opened a bridge.")

    assert found is not None
    assert found.country == "IS"


@pytest.mark.parametrize(
    "text", ["Krems (APA) - Die Fähre fährt.", "Brienz BE (sda) Ein Schiff fährt.", "Kuusamo (STT) Lautta kulkee."]
)
def test_a_place_that_nobody_knows_is_read_beside_the_senders_own_name(text: str) -> None:
    """The agency in brackets is the sender's, so what stands before it is the place, with or without a dash."""
    agency = text.partition("(")[2].partition(")")[0]
    found = STAGE.read(text, agency)

    assert found is not None
    assert (found.place, found.agency) == (text.partition(" (")[0], agency)


@pytest.mark.parametrize("source", ["", "Reuters"])
def test_a_name_with_a_note_in_brackets_is_no_dateline(source: str) -> None:
    """Without the sender's name a bracket behind an unknown name tells nothing."""
    assert STAGE.read("Krupp (AAPL) The firm said so.", source) is None
    assert STAGE.read("Paris (France) The town said so.", source) is None


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("VITORIA (EFE).- Los sindicatos convocaron un paro.", None, "ES"),
        ("VITORIA, Brasil (EFE).- Los sindicatos convocaron un paro.", None, "BR"),
        ("Córdoba (Télam) - Los docentes aceptaron la oferta.", None, "AR"),
        ("SANTIAGO (EFE).- El Gobierno pidió donar agua.", None, "CL"),
        ("Mérida, 3 may - Los médicos piden contratos.", "es", "MX"),
        ("LONDON (CP) - Police closed a bridge.", "en", "GB"),
    ],
)
def test_a_place_of_a_common_name_is_the_one_at_home(text: str, language: str | None, country: str) -> None:
    """A national agency means its own towns, unless the line says otherwise or another is far larger."""
    found = STAGE.read(text, language=language)

    assert found is not None
    assert found.country == country
