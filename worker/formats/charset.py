"""
Turn bytes into text, whatever the source says about its character set.

Feeds declare ISO-8859-1 and send UTF-8, declare UTF-8 and send windows-1252, or mix both. The order here: a byte order mark,
then UTF-8 if all bytes agree (no other text looks like it by chance), then UTF-16 seen from its zero bytes, then what was
declared, and last UTF-8 with each stray byte read as windows-1252. No character is invented: a byte that is nothing in the
chosen set becomes U+FFFD.
"""

import codecs
import re
from typing import Final, NamedTuple

__all__ = ["Text", "decode", "parameter"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# As browsers do: these names mean windows-1252, whose 0x80 to 0x9F are quotes and dashes.
_WESTERN: Final = frozenset({"iso8859-1", "ascii", "cp1252", "latin-1", "iso-8859-1", "us-ascii"})
_STATEFUL: Final = ("iso2022", "hz")  # sets that hide behind ASCII bytes
_HIGH: Final = bytes(range(0x80, 0x100))
_ASCII: Final = bytes(range(0x80))
_SEVERAL: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_LOOK: Final = 8192  # bytes that tell the set
_HIGH_WORD: Final = re.compile(rb"[\xc0-\xff]{3,}")
_LETTERS: Final = re.compile(rb"[A-Za-z\xc0-\xff]")
_KOI_SMALL: Final = bytes(range(0xC0, 0xE0))
_NOT_TEXT: Final = frozenset({"utf-7", "idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "mbcs", "oem"})


def _single(name: str) -> dict[int, str]:
    """Tell what each stray byte, as `surrogateescape` leaves it, is in a set of one byte a character."""
    return {0xDC00 + byte: bytes((byte,)).decode(name, "replace") for byte in range(0x80, 0x100)}


_STRAY: Final = _single("cp1252")


class Text(NamedTuple):
    """The text, the charset it was read with, and what was mended, or None."""

    text: str
    charset: str
    warning: str | None = None


def decode(data: bytes, declared: str | None = None) -> Text:
    """
    Decode `data`; never raises.

    Args:
        data: all bytes of the text.

        declared: the charset that a header or the document names, if any.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(name, "replace")
            return Text(text, name, "bytes that are not " + name if "\ufffd" in text else None)
    known = _known(declared)
    if data.isascii():
        if known and known.startswith(_STATEFUL):
            return Text(data.decode(known, "replace"), known)
        if b"\0" not in data:
            return Text(data.decode("ascii"), "ascii")
    elif (read := _utf8(data, known)) is not None:
        return read
    wide = _wide(data)
    if wide:
        return Text(data.decode(wide, "replace"), wide, None if known and known.startswith("utf-16") else f"undeclared {wide}")
    if data.isascii():
        return Text(data.decode("ascii"), "ascii")
    return _legacy(data, declared, known)


def _known(declared: str | None) -> str | None:
    """Give the codec's name of a declared charset that is a text encoding, else None."""
    if not declared:
        return None
    try:
        info = codecs.lookup(declared.strip("\"' "))
    except (LookupError, ValueError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) and info.name not in _NOT_TEXT else None


def _utf8(data: bytes, known: str | None) -> Text | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    wrong = known not in {None, "utf-8", "ascii"}
    return Text(text, "utf-8", f"declared {known}, is utf-8" if wrong else None)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin text is zero."""
    head = data[:512]
    half = len(head) // 2
    if half and head[1::2].count(0) * 10 > half * 6 and head[::2].count(0) * 10 < half:
        return "utf-16-le"
    if half and head[::2].count(0) * 10 > half * 6 and head[1::2].count(0) * 10 < half:
        return "utf-16-be"
    return None


def _legacy(data: bytes, declared: str | None, known: str | None) -> Text:
    high = data.translate(None, _ASCII)
    if not _SEVERAL.search(high):  # no two bytes that could be one character of UTF-8: nearly all old text
        return _single_bytes(data, len(high), declared, known)
    escaped = data.decode("utf-8", "surrogateescape")
    stray = len(data) - len(escaped.encode("utf-8", "ignore"))
    plain = len(data.translate(None, _HIGH))
    several = len(escaped) - plain - stray  # characters of several bytes that are good UTF-8
    if known and known != "utf-8" and not known.startswith(("utf-16", "utf-32")) and several <= stray:
        name = "cp1252" if known in _WESTERN else known
        text = data.decode(name, "replace")
        return Text(text, name, f"bytes that are not {known}" if "\ufffd" in text else None)
    if not several:
        return _single_bytes(data, stray, declared, known)
    return Text(escaped.translate(_STRAY), "cp1252", _western(declared))


def _single_bytes(data: bytes, high: int, declared: str | None, known: str | None) -> Text:
    """Read text of one byte a character, `high` of which are no ASCII: as declared, as Cyrillic if it can only be that, else as Western."""
    if known and known != "utf-8" and not known.startswith(("utf-16", "utf-32")):
        name = "cp1252" if known in _WESTERN else known
        text = data.decode(name, "replace")
        return Text(text, name, f"bytes that are not {known}" if "\ufffd" in text else None)
    cyrillic = None if known or 3 * high < len(data) else _cyrillic(data)
    if cyrillic:
        return Text(data.decode(cyrillic, "replace"), cyrillic, f"undeclared {cyrillic}")
    return Text(data.decode("cp1252", "replace"), "cp1252", _western(declared))


def _western(declared: str | None) -> str:
    return f"declared {declared}, has bytes of windows-1252" if declared else "undeclared windows-1252"


def _cyrillic(data: bytes) -> str | None:
    """
    Tell windows-1251 from KOI8-R in bytes that are words of high bytes only; None for Western text, whose words have few of them.

    Words are written in small letters, mostly, and the two sets have small and capital letters in each other's place.
    """
    words = _HIGH_WORD.findall(data[:_LOOK])
    size = sum(map(len, words))
    if size * 2 < len(_LETTERS.findall(data[:_LOOK])):
        return None
    joined = b"".join(words)
    return "cp1251" if 2 * len(joined.translate(None, _KOI_SMALL)) > size else "koi8-r"


def parameter(content_type: str | None) -> str | None:
    """Find the charset that a content type names, if any: `text/plain; charset=iso-8859-1`."""
    if not content_type or "charset" not in content_type.lower():
        return None
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return None
