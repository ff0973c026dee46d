"""`copydesk explain`: what is seen in a terminal, and what in a pipe."""

import io
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from worker.cli.explain import command
from worker.explain.items import tell
from worker.explain.reasons import EARLIER, RouteReasons
from worker.explain.terminal import draw
from worker.rules.load import Rules

STORY = (
    "LUNE, France, May 3 (Harbourwire) - The football club of Marseille won the cup final on Sunday, and the port office of Marseille "
    "closed the harbour for the night, its spokesman said.\n\nThe match was watched by 40,000 people in the stadium."
)
LINE = orjson.dumps(
    {
        "uri": "urn:a",
        "version": "2",
        "headline": "Cup \x1b[31mfinal\x1b]0;title\x07 won",
        "body_text": f"{STORY}\n\n(c) 2031 Harbour Wire GmbH. All rights reserved.\n\nDistributed by Lune Content LLC.",
        "copyrightholder": "Quay Press",
        "language": "en",
    }
)


def explain(value: bytes, *arguments: str, columns: int = 100) -> Result:
    """Run the command over standard input."""
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(command, [*arguments, "-"], input=value)


def test_a_pipe_gets_marks() -> None:
    """Spans are marked with kind and rule, and nothing in the output is a control sequence."""
    result = explain(LINE)

    assert result.exit_code == 0
    assert "[-(c) 2031 Harbour Wire GmbH.-]{copyright:copyright-notice}" in result.output
    assert "[-Distributed by Lune Content LLC.-]{distributor:distributed-by}" in result.output
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert "Cup \\x1b[31mfinal\\x1b]0;title\\x07 won" in result.output


@pytest.mark.parametrize(
    "words",
    [
        "kept: new",
        "urn:a version 2 from Quay Press, ninjs",
        "distributor: Lune Content LLC",
        "the fields say 'Quay Press', the text 'Harbour Wire GmbH'",
        "place LUNE",
        "FR France",
        "Marseille",
        "en (declared)",
        "recipe 1, digest ",
        "wire.region.europe  region 150 (France)",
        "wire.topic.sport",
    ],
)
def test_all_findings_are_told(words: str) -> None:
    """Outcome, identity, rights, conflicts, dateline, tags with their evidence, language, fingerprint, and routes with why."""
    assert words in " ".join(explain(LINE, columns=200).output.split("\n"))


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_width_is_kept(columns: int) -> None:
    """No line is longer than the paper."""
    output = explain(LINE, columns=columns).output

    assert max(map(len, output.splitlines())) <= columns


def test_a_terminal_gets_colours() -> None:
    """Spans are struck through, and only the tool's own sequences are written."""
    told = next(tell([("f", LINE)], Rules()))
    paper = io.StringIO()

    colours = Console(file=paper, force_terminal=True, color_system="standard", width=100, _environ={})
    colours.print(draw(told, RouteReasons(Rules())))

    assert "\x1b[9;35m(c) 2031 Harbour Wire GmbH." in paper.getvalue()
    assert "[-" not in paper.getvalue()
    assert "\x1b[31mfinal" not in paper.getvalue()
    assert "\x1b]0" not in paper.getvalue()


def test_signals_and_embargo_are_told() -> None:
    """They stand with what decided them."""
    line = orjson.dumps(
        {"uri": "urn:a", "headline": "EMBARGOED until 2031-05-04T10:00:00Z: Cup", "body_text": STORY, "versioncreated": "2031-05-03T10:00:00Z"}
    )  # fmt: skip
    kill = orjson.dumps(
        {"uri": "urn:a", "version": "3", "headline": "KILL: Cup final won", "body_text": "Please kill this story."}
    )
    output = explain(line + b"\n" + kill, columns=160).output

    assert "held" in output
    assert "until 2031-05-04T10:00:00Z" in output
    assert "signals      kill" in output


def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    """The reason is shown, and the exit status tells."""
    path = tmp_path / "broken.json"
    path.write_bytes(b'{"uri":3}')

    result = CliRunner().invoke(command, [str(path)])

    assert result.exit_code == 1
    assert "rejected: invalid" in result.output
    assert "uri is no text" in result.output


def test_long_stories_are_cut_unless_asked_for() -> None:
    """The middle of a long story is counted; --full shows it."""
    line = orjson.dumps({"uri": "urn:a", "headline": "Long", "body_text": "\n\n".join([STORY] * 12)})

    assert "characters of the story" in explain(line).output
    assert "characters of the story" not in explain(line, "--full").output


def test_a_route_of_an_earlier_version_says_so() -> None:
    """If the tags do not match, the story went there before."""
    record = next(tell([("f", LINE)], Rules())).record

    assert RouteReasons(Rules()).why("wire.region.asia", record) == EARLIER
    assert RouteReasons(Rules()).why("wire.nonsense", record) == "no route of today's rules"


def test_reasons_know_every_condition(tmp_path: Path) -> None:
    """Any, not, urgency, language and provider are put into words."""
    (tmp_path / "routes.toml").write_text(
        '[[route]]\nname="x"\n[route.when]\nlanguage=["en"]\nurgency_at_most=3\nany=[{region=["JP"]},{provider=["Quay Press"]}]\n'
        'not={topic=["medtop:17000000"]}\n',
        encoding="utf-8",
    )
    record = {**next(tell([("f", LINE)], Rules())).record}
    record["item"] = {**record["item"], "urgency": 2}

    assert (
        RouteReasons(Rules(tmp_path)).why("wire.x", record)
        == "language en, urgency 2 is at most 3, provider Quay Press, not topic"
    )
    (tmp_path / "routes.toml").write_text(
        '[[route]]\nname="x"\nwhen={language=["en"], not={language=["en"]}}\n', encoding="utf-8"
    )
    assert RouteReasons(Rules(tmp_path)).why("wire.x", record) == EARLIER
