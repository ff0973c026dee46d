"""Give languages as BCP 47 tags, whatever a feed calls them."""

from typing import Final

__all__ = ["language_tag"]

# Three-letter codes (ISO 639-2) and English or own names, as old feeds write them.
_TAGS: Final = {
    name: tag
    for tag, names in {
        "en": "eng english", "fr": "fra fre french français francais", "de": "deu ger german deutsch", "es": "spa spanish español espanol castellano",
        "pt": "por portuguese português portugues", "it": "ita italian italiano", "nl": "nld dut dutch nederlands", "ar": "ara arabic",
        "ru": "rus russian", "ja": "jpn japanese", "zh": "zho chi chinese", "ko": "kor korean", "sv": "swe swedish svenska",
        "nb": "nob norwegian norsk bokmål", "no": "nor", "nn": "nno nynorsk", "da": "dan danish dansk", "fi": "fin finnish suomi",
        "pl": "pol polish polski", "cs": "ces cze czech", "hu": "hun hungarian", "ro": "ron rum romanian", "tr": "tur turkish",
        "el": "ell gre greek", "uk": "ukr ukrainian", "he": "heb hebrew", "fa": "fas per persian farsi", "hi": "hin hindi",
        "id": "ind indonesian", "ca": "cat catalan català", "hr": "hrv croatian", "sr": "srp serbian", "bg": "bul bulgarian",
    }.items()
    for name in names.split()
}  # fmt: skip


def language_tag(text: str) -> str:
    """
    Give the tag of a language's name or code; what is a tag already, or unknown, stays.

    >>> language_tag("eng"), language_tag("FR"), language_tag("pt_BR"), language_tag("en-GB")
    ('en', 'fr', 'pt-BR', 'en-GB')
    """
    clean = text.strip().replace("_", "-")
    head, dash, rest = clean.partition("-")
    low = head.lower()
    if len(low) == 2:
        return low + dash + rest
    return _TAGS.get(low, low if len(low) == 3 else head) + dash + rest
