"""
Damage messages as transports, careless writers and attackers do; the same seed gives the same damage.

Most damage knows the structure: it cuts at tags, quotes and control characters, swaps and nests tags, repeats attributes, writes numbers
that no machine holds. A few inputs are huge.
"""

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["damaged"]

_TOKENS: Final = [
    b"<", b">", b"</", b"/>", b"&", b"&amp;", b"&#0;", b"&#xD800;", b"&lt;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b'"', b"'", b"=", b"{", b"}",
    b"[", b"]", b",", b":", b"\\u0000", b"\\ud800", b"\\udc00", b"\0", b"\xed\xa0\x80", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x01", b"\x02", b"\x03", b"\x04", b"\r",
    b"\n", b"\n\n", b"\t", b" ", b"\xc2\xa0", b"^", b"<\r\n^", b"=\r\n", b"NNNN", b"ZCZC", b"<p>", b"</p>", b"<br/>", b"<pre>", b"<script>", b"</script>", b"<style>",
    b"<table>", b"<nitf>", b"<body>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?xml version='1.0' encoding='utf-16'?>", b"null", b"true", b"1e999", b"-1", b"99999999999999999999",
    b"0001-01-01", b"9999-12-31T23:59:60Z", b"\xc2\xa9 2024 ", b"(Reuters) - ", b"All rights reserved.", b"EMBARGOED until ", b"KILL ", b"SOURCE ", b"Copyright ",
]  # fmt: skip
_TAG: Final = re.compile(rb"</?[A-Za-z][^<>]{0,200}>")
_NUMBER: Final = re.compile(rb"\d+")
_CHARSETS: Final = (
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1252",
    "cp1251",
    "shift_jis",
    "gb18030",
    "iso-2022-jp",
    "utf-7",
    "cp037",
)
_LARGE: Final = 10_000_000
_SPAN: Final = 60

Damage = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def _cut(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    return value[: dice.randrange(len(value) + 1)]


def _lose(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = dice.randrange(len(value) + 1)
    return value[:at] + value[at + dice.randrange(_SPAN) :]


def _insert(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = dice.randrange(len(value) + 1)
    return value[:at] + dice.choice(_TOKENS) * dice.choice((1, 1, 1, 2, 7)) + value[at:]


def _flip(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(value)
    for _each in range(dice.randrange(1, 9)):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _repeat(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = dice.randrange(len(value) + 1)
    span = value[at : at + dice.randrange(1, _SPAN)]
    return value[:at] + span * dice.choice((2, 3, 30, 300)) + value[at:]


def _splice(value: bytes, dice: random.Random, seeds: Sequence[bytes]) -> bytes:
    other = dice.choice(seeds)
    return value[: dice.randrange(len(value) + 1)] + other[dice.randrange(len(other) + 1) :]


def _swap_tags(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    tags = list(_TAG.finditer(value))
    if len(tags) < 2:
        return _lose(value, dice, ())
    one, other = sorted(dice.sample(range(len(tags)), 2))
    a, b = tags[one], tags[other]
    return value[: a.start()] + b[0] + value[a.end() : b.start()] + a[0] + value[b.end() :]


def _nest(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    tags = [tag[0] for tag in _TAG.finditer(value) if not tag[0].startswith(b"</")]
    tag = dice.choice(tags) if tags else dice.choice((b"[", b'{"a":', b"<p>", b"("))
    at = dice.randrange(len(value) + 1)
    return value[:at] + tag * dice.choice((10, 149, 160, 1000)) + value[at:]


def _attributes(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    return _with_attributes(value, dice, dice.choice((5, 100, 999, 1100)))


def _with_attributes(value: bytes, dice: random.Random, count: int) -> bytes:
    tags = list(_TAG.finditer(value))
    at = dice.choice(tags).end() - 1 if tags else len(value)
    return value[:at] + b"".join(b' a%d="%d"' % (n, n) for n in range(count)) + value[at:]


def _numbers(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(value))
    if not found:
        return _insert(value, dice, ())
    match = dice.choice(found)
    return value[: match.start()] + dice.choice((b"0", b"-1", b"9" * 30, b"1e308", b"00", b"1.5", b"")) + value[match.end() :]


def _recode(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    try:
        return value.decode("utf-8", "replace").encode(dice.choice(_CHARSETS), "replace")
    except (UnicodeError, LookupError):
        return value


def _shuffle_lines(value: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    lines = value.split(b"\n")
    dice.shuffle(lines)
    return b"\n".join(lines)


_COMMON: Final[tuple[Damage, ...]] = (
    _cut, _lose, _insert, _insert, _flip, _repeat, _splice, _swap_tags, _nest, _attributes, _numbers, _recode, _shuffle_lines,
)  # fmt: skip


def _huge(value: bytes, dice: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Make one of the inputs that only size makes hard."""
    kind = dice.randrange(5)
    if kind == 0:
        return _with_attributes(value, dice, 100_000)
    at = dice.randrange(len(value) + 1)
    if kind == 1:
        tags = [tag[0] for tag in _TAG.finditer(value)] or [b"["]
        return value[:at] + dice.choice(tags) * 10_000 + value[at:]
    if kind == 2:
        return value[:at] + dice.choice(_TOKENS) * 200_000 + value[at:]
    span = value[at : at + dice.randrange(1, 400)] or b"word "
    size = _LARGE if kind == 3 else 500_000
    del seeds
    return value[:at] + span * (size // len(span)) + value[at:]


def damaged(seeds: Sequence[bytes], dice: random.Random, huge: int) -> bytes:
    """
    Damage one of `seeds`.

    Args:
        seeds: good messages.

        dice: decides all.

        huge: one in so many is huge; 0 for none.
    """
    value = dice.choice(seeds)
    if huge and dice.randrange(huge) == 0:
        return _huge(value, dice, seeds)
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 6))):
        value = dice.choice(_COMMON)(value, dice, seeds)
    return value
