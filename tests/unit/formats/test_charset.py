"""Bytes become text whatever the source says of its character set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.formats.charset import decode, parameter

TEXT = "Café – «Fähre» für 2 €"


@pytest.mark.parametrize(
    ("value", "declared", "warned"),
    [
        (TEXT.encode(), None, False),
        (TEXT.encode(), "UTF-8", False),
        (TEXT.encode(), "iso-8859-1", True),
        (b"\xef\xbb\xbf" + TEXT.encode(), "iso-8859-1", False),
        (TEXT.encode("cp1252"), "UTF-8", True),
        (TEXT.encode("cp1252"), "iso-8859-1", False),
        (TEXT.encode("cp1252"), None, True),
        (TEXT.encode("cp1252"), "no-such-set", True),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), None, False),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-8", False),
        (TEXT.encode("utf-16-le"), "utf-16", False),
        (TEXT.encode("utf-16-be"), None, True),
    ],
)
def test_text_survives_its_declaration(value: bytes, declared: str | None, warned: bool) -> None:
    """Right, wrong and missing declarations give the same text; what was wrong is told."""
    found = decode(value, declared)

    assert found.text == TEXT
    assert bool(found.warning) == warned


def test_a_declared_set_of_one_byte_is_used() -> None:
    """ISO-8859-15 has the euro sign where windows-1252 has another."""
    assert decode("2 € für Žofie".encode("iso-8859-15"), "ISO-8859-15").text == "2 € für Žofie"
    assert decode("Привет".encode("cp1251"), "windows-1251").text == "Привет"


def test_mixed_bytes_are_mended() -> None:
    """A text of UTF-8 with a stray byte of windows-1252 keeps both."""
    value = "Žofie Čapková čeká ".encode() + b"caf\xe9"

    assert decode(value, "iso-8859-1").text == "Žofie Čapková čeká café"


def test_no_character_is_invented() -> None:
    """A byte that windows-1252 does not know becomes the sign for that, not a letter."""
    assert decode(b"a\x81b\xe9", None).text == "a\ufffdbé"


def test_sets_behind_ascii_bytes_are_read() -> None:
    """ISO-2022-JP looks like ASCII; only its declaration tells."""
    assert decode("日本".encode("iso-2022-jp"), "iso-2022-jp").text == "日本"


@pytest.mark.parametrize("name", ["cp1251", "koi8-r"])
def test_undeclared_cyrillic_is_told_from_western_text(name: str) -> None:
    """Words of nothing but high bytes are Cyrillic; which set, the small letters tell."""
    text = "КАЛИНИНГРАД, 5 марта. Новый паром спустили на воду на заводе, сообщила пресс-служба порта."

    assert decode(text.encode(name), None).text == text
    assert decode("Où était-il, à l'été ? Là où çà et là naît le blé.".encode("cp1252"), None).charset == "cp1252"


@given(
    st.binary(max_size=200), st.sampled_from([None, "utf-8", "latin-1", "utf-16", "shift_jis", "rot13", "zlib", "utf-7", "\0"])
)
def test_any_bytes_give_text(value: bytes, declared: str | None) -> None:
    """No bytes under any declaration raise, and the text can be encoded again."""
    decode(value, declared).text.encode("utf-8")


def test_the_charset_of_a_content_type_is_found() -> None:
    """Quotes, case and other parameters do not matter."""
    assert parameter('text/plain; format=flowed; Charset="ISO-8859-1"') == "ISO-8859-1"
    assert parameter("text/plain") is None
