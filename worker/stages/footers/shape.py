"""
Two plain forms of a piece of text that rules are written against, so that patterns stay short and know no script.

`folded` is for words: lower case, without accents, quotes and dashes straight. `shape` is for form: each letter becomes `A`
(capital), `a` (small) or `x` (a script without case), each digit `9`, everything else stays. Both keep every code point in its
place, but for the few letters whose small form is longer, and `©`, which is `(c)` in folded text.

    >>> folded("Édité par l’AFP –")
    "edite par l'afp -"
    >>> shape("(SDA/sj, 30. 9. 2015)")
    '(AAA/aa, 99. 9. 9999)'
"""

import unicodedata
from typing import Final

__all__ = ["BLANKS", "folded", "shape"]

# Blanks and controls that old wires leave around a unit.
BLANKS: Final = "".join(map(chr, (*range(33), 0x7F, 0x85, 0xA0, 0xAD, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF)))

_STRAIGHT: Final = {
    0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0xAB: '"', 0xBB: '"',
    0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2015: "-", 0xA0: " ", 0x202F: " ", 0x2009: " ", 0xFF1A: ":",
    0xA9: "(c)", 0x24D2: "(c)", 0x24B8: "(c)", 0xFF08: "(", 0xFF09: ")", 0x3010: "[", 0x3011: "]",
}  # fmt: skip


class _Fold(dict[int, str]):
    """Filled code point by code point as text needs it: at most one entry for each that exists."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code < 0x250:
            char = unicodedata.normalize("NFD", char)[0]
        self[code] = char
        return char


class _Shape(dict[int, str]):
    """The same for shapes."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if category in ("Lu", "Lt"):
            form = "A"
        elif category == "Ll":
            form = "a"
        elif category[0] == "L":
            form = "x"
        elif category[0] == "M":
            form = "a"
        elif category == "Nd":
            form = "9"
        elif category[0] == "Z" or char in "\t\n\r\x0b\x0c":
            form = " "
        else:
            form = _STRAIGHT.get(code, char) if code != _SIGN else char
        self[code] = form
        return form


_SIGN: Final = 0xA9
_FOLD: Final = _Fold(_STRAIGHT)
_SHAPE: Final = _Shape()


def folded(text: str) -> str:
    """Lower case, accents and curls off."""
    lower = text.lower()
    return lower if lower.isascii() else lower.translate(_FOLD)


def shape(text: str) -> str:
    """Letters as `A`, `a` or `x`, digits as `9`, blanks as one kind of blank."""
    return text.translate(_SHAPE)
