"""Declared languages, detection, and texts that say too little."""

import pytest

from worker.model import Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.language import DetectLanguage, normalise
from worker.stages.language_table import LanguageTable, script_of
from worker.text import TextView

TEXTS = {
    "en": "The council said on Tuesday that the new bridge over the river would be open to traffic before the end of the year.",
    "de": "Der Stadtrat teilte am Dienstag mit, dass die neue Brücke über den Fluss noch vor dem Ende des Jahres geöffnet wird.",
    "fr": "Le conseil municipal a annoncé mardi que le nouveau pont sur la rivière sera ouvert à la circulation avant la fin de l'année.",
    "es": "El ayuntamiento anunció el martes que el nuevo puente sobre el río estará abierto al tráfico antes de que termine el año.",
    "it": "Il consiglio comunale ha annunciato martedì che il nuovo ponte sul fiume sarà aperto al traffico prima della fine dell'anno.",
    "pt": "A câmara municipal anunciou na terça-feira que a nova ponte sobre o rio vai abrir ao trânsito antes do fim do ano.",
    "nl": "De gemeenteraad maakte dinsdag bekend dat de nieuwe brug over de rivier nog voor het einde van het jaar open gaat.",
    "sv": "Kommunen meddelade på tisdagen att den nya bron över floden ska öppnas för trafik innan året är slut.",
    "pl": "Rada miasta ogłosiła we wtorek, że nowy most na rzece zostanie otwarty dla ruchu jeszcze przed końcem roku.",
    "cs": "Městská rada v úterý oznámila, že nový most přes řeku bude otevřen pro dopravu ještě před koncem roku.",
    "hu": "A városi tanács kedden közölte, hogy az új hidat a folyón még az év vége előtt megnyitják a forgalom előtt.",
    "ro": "Consiliul local a anunțat marți că noul pod peste râu va fi deschis traficului înainte de sfârșitul anului.",
    "tr": "Belediye meclisi salı günü yaptığı açıklamada nehrin üzerindeki yeni köprünün yıl sonundan önce trafiğe açılacağını söyledi.",
    "fi": "Kaupunginvaltuusto kertoi tiistaina, että uusi silta joen yli avataan liikenteelle ennen vuoden loppua.",
    "ru": "Городской совет сообщил во вторник, что новый мост через реку откроют для движения до конца года.",
    "uk": "Міська рада повідомила у вівторок, що новий міст через річку відкриють для руху до кінця року.",
    "el": "Το δημοτικό συμβούλιο ανακοίνωσε την Τρίτη ότι η νέα γέφυρα θα ανοίξει πριν από το τέλος του χρόνου.",
    "he": "מועצת העיר הודיעה ביום שלישי כי הגשר החדש ייפתח לתנועה לפני סוף השנה.",
    "ar": "أعلن مجلس المدينة يوم الثلاثاء أن الجسر الجديد على النهر سيفتح أمام حركة المرور قبل نهاية هذا العام.",
    "ja": "市議会は火曜日、川に架かる新しい橋が年末までに開通すると発表した。",
    "zh": "市议会周二宣布，河上的新桥将在年底前通车。",
    "ko": "시의회는 화요일 강 위의 새 다리가 연말 전에 개통될 것이라고 밝혔다.",
    "th": "สภาเมืองแถลงเมื่อวันอังคารว่าสะพานใหม่จะเปิดก่อนสิ้นปี",
}


@pytest.fixture(scope="module")
def stage() -> DetectLanguage:
    """Make the stage."""
    return DetectLanguage(Rules())


def run(stage: DetectLanguage, text: str, declared: str | None = None, headline: str = "") -> Draft:
    """Send a text through the stage."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="plain", language=declared), view=TextView(headline, text))
    stage(draft)
    return draft


@pytest.mark.parametrize("language", TEXTS, ids=TEXTS.keys())
def test_a_sentence_tells_its_language(stage: DetectLanguage, language: str) -> None:
    """One sentence of news is enough to detect its language."""
    draft = run(stage, TEXTS[language])

    assert (draft.language, draft.language_source) == (language, "detected")


def test_a_declared_language_keeps_its_region(stage: DetectLanguage) -> None:
    """A declared tag stands, in the usual case of letters."""
    draft = run(stage, TEXTS["pt"], "PT_br")

    assert (draft.language, draft.language_source) == ("pt-BR", "declared")


def test_a_wrong_declaration_gives_way(stage: DetectLanguage) -> None:
    """German declared as English, the default of many systems, is German."""
    draft = run(stage, TEXTS["de"] * 2, "en-US")

    assert (draft.language, draft.language_source) == ("de", "detected")


def test_a_declaration_in_another_script_gives_way(stage: DetectLanguage) -> None:
    """A Greek text is not English, whatever the tag says."""
    assert run(stage, TEXTS["el"], "en").language == "el"


def test_a_headline_of_names_does_not_contradict(stage: DetectLanguage) -> None:
    """A few names leave the declaration as it is."""
    assert run(stage, "", "en", "Müller beats Schmidt in Garmisch").language == "en"


def test_near_languages_do_not_contradict(stage: DetectLanguage) -> None:
    """Bokmål is not taken for Danish against its declaration."""
    text = "Kommunen opplyste tirsdag at den nye broen over elven skal åpnes for trafikk før slutten av året. " * 2

    assert run(stage, text, "nb").language == "nb"


def test_a_language_outside_the_table_is_not_guessed(stage: DetectLanguage) -> None:
    """Swahili is in no list, and is not called by another name."""
    text = (
        "Baraza la mji lilisema Jumanne kwamba daraja jipya juu ya mto litafunguliwa kwa magari kabla ya mwisho wa mwaka huu."
    )

    assert run(stage, text).language is None
    assert run(stage, text, "sw").language == "sw"


@pytest.mark.parametrize("text", ["", "1,500 2,300 17", "!!!", "😀 😀"])
def test_nothing_to_read_gives_no_language(stage: DetectLanguage, text: str) -> None:
    """Without letters there is no language."""
    draft = run(stage, text)

    assert (draft.language, draft.language_source) == (None, "none")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "en"), ("EN", "en"), ("eng", "en"), ("en-us", "en-US"), ("zh-Hans-CN", "zh-CN"), ("de_AT", "de-AT"), ("iw", "he"),
        ("es-419", "es-419"), ("en-GB-oed", "en-GB"), ("und", None), ("", None), (None, None), ("English text", None), (" fr ", "fr"),
    ],
)  # fmt: skip
def test_tags_are_brought_into_one_form(tag: str | None, expected: str | None) -> None:
    """Old, long and oddly written tags become BCP 47 language and region."""
    assert normalise(tag) == expected


def test_at_least_forty_languages_can_be_told() -> None:
    """The table covers forty languages and more."""
    assert len(LanguageTable.load().languages) >= 40


@pytest.mark.parametrize(
    ("text", "script"), [("abc", "latin"), ("абв", "cyrillic"), ("漢字かな", "ja"), ("123", "none"), ("“”", "none")]
)
def test_scripts_are_told_from_letters(text: str, script: str) -> None:
    """Digits and quotation marks belong to no script."""
    assert script_of(text) == script
