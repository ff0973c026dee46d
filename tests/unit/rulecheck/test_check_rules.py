"""`copydesk check-rules` runs examples, and tells which rules are not needed."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from worker.cli.check_rules import command

GOOD = """
[[rule]]
id = "quay-note"
kind = "promotion"
weight = 45
words = '^\\W{0,4}quay readers get more'
[[rule.example]]
text = "Quay readers get more of this on Sundays."
"""


def check(folder: Path, *arguments: str, **files: str) -> Result:
    """Write rule files into a folder and check them with the package's."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return CliRunner(env={"COLUMNS": "200"}).invoke(command, ["--rules", str(folder), *arguments])


def test_the_packaged_rules_pass() -> None:
    """All examples of all kinds are run and hold."""
    result = CliRunner().invoke(command, [])

    assert result.exit_code == 0, result.output
    assert "failed" not in result.output
    for kind in ("footers", "signals", "routes", "providers"):
        assert f" of {kind}" in result.output
        assert f" 0 of {kind}" not in result.output


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "footers__own_toml",
            GOOD.replace("get more of this on Sundays.", "were lost at sea."),
            ["footers/own.toml: quay-note:", "'Quay readers were lost at sea.' should go as a whole", "nothing was taken out"],
        ),
        (
            "footers__own_toml",
            GOOD + "strip = false\n",
            ["footers/own.toml: quay-note:", "should stay", "by quay-note was taken out"],
        ),
        (
            "footers__own_toml",
            GOOD + 'rights = { source = "Quay" }\n',
            ["footers/own.toml: quay-note:", "should give source 'Quay'; it gives None"],
        ),
        (
            "signals_toml",
            '[[signal]]\nid="own"\nsignal="test"\nwhere=["headline"]\npattern="TRIAL"\nexamples=["TRIAL ONLY","A trial"]\nothers=["TRIAL BEGINS"]\n',
            ["signals.toml: own: 'A trial' as headline should give test; it gives none", "'TRIAL BEGINS' as headline should not give test"],
        ),
        (
            "routes_toml",
            '[[route]]\nname="own"\nwhen={topic=["medtop:15000000"]}\n[[route.example]]\ntopic=["medtop:01000000"]\ngoes=true\n',
            ["routes.toml: own: an item with topic ['medtop:01000000'] should go there; it does not"],
        ),
        (
            "providers_toml",
            (
                "[[provider]]\nid='own'\nprovider='Own'\nnames=['own']\n[[provider.ids]]\n"
                "pattern='(?P<uri>o-\\d+)/(?P<version>\\d+)'\nexamples=[['o-1/2','o-1','3']]\n"
            ),
            ["providers.toml: Own: 'o-1/2' should be 'o-1' version '3'; it is 'o-1' version '2'"],
        ),
    ],
    ids=["stays", "goes", "rights", "signals", "routes", "providers"],
)  # fmt: skip
def test_an_example_that_fails_is_told(tmp_path: Path, name: str, text: str, words: list[str]) -> None:
    """File, rule and what happened; exit status 1."""
    result = check(tmp_path, "--quiet", **{name: text})

    assert result.exit_code == 1
    assert "failed" in result.output
    for part in words:
        assert part in result.output


def test_a_rule_that_works_passes(tmp_path: Path) -> None:
    """An operator's rule is run with the package's, and a kind that is kept in the text does not hide what a rule takes."""
    result = check(tmp_path, footers__own_toml='keep = ["promotion"]\n' + GOOD)

    assert result.exit_code == 0, result.output
    assert "quay-note" not in result.output


def test_a_keyword_of_topics_is_tried(tmp_path: Path) -> None:
    """Each phrase must give its topic."""
    keyword = '[[keyword]]\nid="port"\nany=["container quay"]\ntopic="medtop:04000000"\nconfidence={}\n'

    assert check(tmp_path, topics_toml=keyword.format(900)).exit_code == 0
    assert "1 of topics" in check(tmp_path, topics_toml=keyword.format(900)).output


def test_a_pattern_that_is_not_linear_is_told(tmp_path: Path) -> None:
    """A footer rule with a back-reference is refused; a signal's is warned of."""
    signal = '[[signal]]\nid="own"\nsignal="test"\nwhere=["headline"]\npattern=\'(T)\\1EST\'\nexamples=["TTEST"]\n'
    warned = check(tmp_path, signals_toml=signal)
    assert warned.exit_code == 0
    assert "signals.toml: own: RE2 does not take the pattern" in warned.output

    broken = check(tmp_path, footers__own_toml=GOOD.replace("quay readers", "(q)\\1uay"))
    assert broken.exit_code == 1
    assert "own.toml: rule quay-note: RE2 does not take the pattern" in broken.output


def test_a_rule_that_another_outweighs_is_told(tmp_path: Path) -> None:
    """None of its examples is recorded with it."""
    heavier = GOOD.replace("quay-note", "zz-note").replace("weight = 45", "weight = 55")

    assert "quay-note: all its examples are recorded with zz-note" in check(tmp_path, footers__own_toml=GOOD + heavier).output


def test_rules_that_match_the_same_examples_are_told(tmp_path: Path) -> None:
    """Both are at work, here because one of them takes short lines only, and one would do."""
    short = GOOD.replace("quay-note", "zz-note").replace("weight = 45", "weight = 55\nlongest = 30")
    short = short.replace("get more of this on Sundays.", "get more.")

    assert "quay-note: matches the same examples as zz-note" in check(tmp_path, footers__own_toml=GOOD + short).output


def test_rules_that_do_nothing_on_a_sample_are_told(tmp_path: Path) -> None:
    """A rule that fires on the sample is not named; one that does not is."""
    story = "The harbour of Lune stays closed until Thursday after a crane fell across the quay, the port office said. Nobody was hurt."
    sample = tmp_path / "sample.jsonl"
    sample.write_bytes(
        orjson.dumps({"uri": "urn:a", "headline": "TRIAL of nets", "body_text": f"{story}\n\nQuay readers get more of this."})
    )
    signal = '[[signal]]\nid="{}"\nsignal="test"\nwhere=["headline"]\npattern="{}"\nexamples=["{}"]\n'
    result = check(
        tmp_path, "--sample", str(sample),
        footers__own_toml=GOOD + GOOD.replace("quay", "mole").replace("Quay", "Mole"),
        signals_toml=signal.format("fires", "TRIAL", "TRIAL") + signal.format("sleeps", "DRILL", "DRILL"),
        routes_toml='[[route]]\nname="lune"\nwhen={language=["en"]}\n[[route]]\nname="mars"\nwhen={language=["xx"]}\n',
    )  # fmt: skip
    never = [line.split(": ")[1] for line in result.output.splitlines() if line.startswith("never")]

    assert {"mole-note", "sleeps", "mars"} <= set(never)
    assert not {"quay-note", "fires", "lune"} & set(never)
    assert "do nothing on 1 items" in result.output
    assert "routes.toml: mars: has no example of an item that goes there or of one that does not" in result.output
