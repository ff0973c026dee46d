"""
The 16-bit codes of words that prints are made of.

A code is made from a word's canonical form, so that what house styles and typing errors change does not count: 1,500 is 1500 and
seventeen is 17, mln is million, Corp is corporation, and of words over five letters only the first letter and the consonants are
read. The tables of number words, sense words and short forms are English; all else is the same in any language.
"""

import re
from typing import Final
from zlib import crc32

__all__ = ["IS_NUMBER", "IS_SENSE", "LESS", "MONTHS", "MORE", "THE", "canonical", "code", "is_number", "is_sense"]

IS_NUMBER: Final = 0x8000
IS_SENSE: Final = 0xC000
_LONG: Final = 5  # longer words lose their vowels
_SMALL = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
]  # fmt: skip
_TENS = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# "one" is left out: it is a pronoun too.
_ORDINALS: Final = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_NUMBER_WORDS: Final = (
    dict(zip(_ORDINALS, ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"], strict=True))
    | {word: str(n) for n, word in enumerate(_SMALL, 2)}
    | {word: str(10 * n) for n, word in enumerate(_TENS, 3)}
    | {"mln": "million", "million": "million", "millions": "million"}
    | {"bn": "billion", "bln": "billion", "billion": "billion", "billions": "billion", "trillion": "trillion"}
)
_MORE: Final = [
    "rose", "rise", "rises", "risen", "up", "higher", "increase", "increased", "increases", "gain", "gains", "gained",
    "raised", "raises", "profit", "profits", "grew", "buy", "bought", "accept", "accepted", "approve", "approved",
    "agree", "agreed",
]  # fmt: skip
_LESS: Final = [
    "fell", "fall", "falls", "fallen", "down", "lower", "decrease", "decreased", "decreases", "decline", "declined",
    "loss", "losses", "dropped", "cut", "cuts", "lowered", "sell", "sold", "reject", "rejected", "refuse", "refused",
    "not", "never",
]  # fmt: skip
_SENSE_WORDS: Final = frozenset((*_MORE, *_LESS))
_SHORT: Final = {
    "corp": "corporation", "co": "company", "inc": "incorporated", "ltd": "limited", "cos": "companies",
    "pct": "percent", "dlr": "dollar", "dlrs": "dollars", "govt": "government", "intl": "international", "natl": "national",
    "britain": "uk", "fed": "federal", "qtly": "quarterly", "qtrly": "quarterly", "mthly": "monthly", "mths": "months",
    "payable": "pay", "div": "dividend", "shr": "share", "shrs": "shares", "revs": "revenues", "avg": "average", "qtr": "quarter",
    "yr": "year", "mth": "month",
}  # fmt: skip
_MONTHS: Final = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
]  # fmt: skip
_SHORT_MONTHS: Final = ["jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"]
_WHOLE: Final = frozenset(_MONTHS)
_FORMS: Final = _SHORT | {short: month for short in _SHORT_MONTHS for month in _MONTHS if month.startswith(short)}
_VOWELS: Final = str.maketrans("", "", "aeiou")
_TWICE: Final = re.compile(r"(.)\1")
_THOUSANDS: Final = re.compile(r",(?=\d{3}(?!\d))")


def canonical(word: str) -> tuple[int, str]:
    """Give the kind of a folded word (0 word, 0x8000 number, 0xC000 sense word) and its canonical form."""
    if word[0].isdecimal():
        if word.isdecimal():
            return IS_NUMBER, str(int(word)) if len(word) <= 18 else word
        value = _THOUSANDS.sub("", word).replace(",", ".")
        whole, dot, part = value.partition(".")
        if dot and part.isdecimal():
            part = part.rstrip("0")
            value = f"{whole}.{part}" if part else whole
        return IS_NUMBER, value
    word = word.replace(".", "")
    if number := _NUMBER_WORDS.get(word):
        return IS_NUMBER, number
    if word in _SENSE_WORDS:
        return IS_SENSE, word
    word = _FORMS.get(word, word)
    if len(word) > _LONG and word not in _WHOLE:
        word = word[0] + _TWICE.sub(r"\1", word[1:].translate(_VOWELS))
    return 0, word


def code(word: str) -> int:
    """Give the 16-bit code of a folded word: the kind, and as many bits of CRC-32 as it leaves."""
    kind, form = canonical(word)
    bits = crc32(form.encode("utf-8", "surrogatepass"))
    if kind == IS_NUMBER:
        return IS_NUMBER | bits & 0x3FFF
    return IS_SENSE | bits & 0xFFF if kind else bits & 0x7FFF


def is_number(letter: str) -> bool:
    """Say whether a code, as a letter of a print's string, is a number's."""
    return "\u8000" <= letter < "\uc000"


def is_sense(letter: str) -> bool:
    """Say whether a code is that of a word that turns the sense of a sentence."""
    return letter >= "\uc000"


MORE: Final = frozenset(chr(code(word)) for word in _MORE)
LESS: Final = frozenset(chr(code(word)) for word in _LESS)
MONTHS: Final = frozenset(chr(code(word)) for word in (*_MONTHS, *_SHORT_MONTHS))
THE: Final = chr(code("the"))
