"""`copydesk decode` shows what a file is read as."""

from pathlib import Path

import orjson
from click.testing import CliRunner

from worker.cli.decode import command

GOLDEN = Path("tests/golden/formats")


def test_fields_and_warnings_are_shown() -> None:
    """Format, ids, text, rights and what was mended stand in the table."""
    result = CliRunner().invoke(command, [str(GOLDEN / "newsml_1_2/nitf.xml")])

    assert result.exit_code == 0
    for words in (
        "newsml_1_2",
        "urn:newsml:wire.example:20240301:TX-1",
        "2024-03-01T09:15:00Z",
        "rights.copyright_holder",
        "warning",
        "correction",
    ):
        assert words in result.output


def test_items_are_given_as_json() -> None:
    """One line for each item, with the file and its place in it."""
    result = CliRunner().invoke(command, ["--json", str(GOLDEN / "ninjs/list-3x.json")])

    assert [orjson.loads(line)["headline"] for line in result.output.splitlines()] == ["First of two", "Second of two"]


def test_what_can_not_be_read_fails(tmp_path: Path) -> None:
    """The reason is shown and the exit status tells."""
    path = tmp_path / "broken.json"
    path.write_bytes(b'{"uri":3}')

    result = CliRunner().invoke(command, [str(path)])

    assert result.exit_code == 1
    assert "uri is no text" in result.output


def test_standard_input_and_the_content_type_are_taken() -> None:
    """- reads standard input; the header's content type is obeyed where it fits."""
    result = CliRunner().invoke(command, ["--json", "--content-type", "text/html", "-"], input=b"<p>Ferry</p>")

    assert orjson.loads(result.output)["format"] == "html"
