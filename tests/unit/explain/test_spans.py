"""Bodies laid out as they were decoded."""

from typing import Any

import pytest

from worker.explain.spans import Piece, decoded_text, pieces, shortened, visible


def record(value: str, removed: list[tuple[int, str]], content_type: str = "text/plain") -> dict[str, Any]:
    """Make the part of a record that tells of its body."""
    return {
        "item": {"bodies": [{"role": "main", "contentType": content_type, "value": value}]},
        "removed": [
            {"field": "body_text", "start": at, "end": at + len(text), "text": text, "kind": "source", "rule": "label"}
            for at, text in removed
        ],
    }


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x9b", "\x7f", "\u202e", "\u2066", "\ud800", "\r"])
def test_signs_that_speak_to_a_terminal_are_written_out(sign: str) -> None:
    """None of them is left, and each can be seen."""
    shown = visible(f"a{sign}b")

    assert sign not in shown
    assert shown.startswith("a\\")


def test_lines_and_letters_of_all_scripts_stay() -> None:
    """Line ends, tabs and what joins letters are no danger."""
    assert visible("a\r\nb\tÉ 港 \u200d") == "a\nb\tÉ 港 \u200d"


def test_removed_spans_stand_where_they_were() -> None:
    """A head and a footer go back to their places, and all runs together are the decoded body."""
    runs = decoded_text(record("The story.\n", [(0, "HEAD\n"), (16, "Source: A"), (25, "!")]))[1]

    assert [run[0] for run in runs] == ["HEAD\n", "The story.\n", "Source: A", "!"]
    assert [bool(run[1]) for run in runs] == [True, False, True, True]


def test_markup_is_left_out() -> None:
    """What stayed and what went read as text, paragraphs apart."""
    found = pieces(record("<p>A &amp; B</p>", [(16, "<p>Source: A</p>")], "text/html"))

    assert found == [Piece("A & B"), Piece("\n\n"), Piece("Source: A", "source", "label")]


def test_a_span_within_a_line_stays_in_it() -> None:
    """Inline markup parts no paragraphs."""
    found = pieces(record("<p>Story. </p>", [(10, "<b>Source: A</b>")], "text/html"))

    assert "".join(piece.text for piece in found) == "Story. Source: A"


def test_the_middle_of_a_long_text_is_counted() -> None:
    """Start, end and what is left out make up the whole."""
    text = "\n\n".join(f"Paragraph {number} of a story that goes on." for number in range(100))

    start, left_out, end = shortened(text, 400)

    assert left_out == len(text) - len(start) - len(end)
    assert text.startswith(start)
    assert text.endswith(end)
    assert start.endswith(".")
    assert end.startswith("Paragraph")
    assert shortened("short", 400) == ("short", 0, "")
    assert shortened("x" * 500, 400)[1] > 0
