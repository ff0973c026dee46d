"""Items are named by their providers' conventions."""

from pathlib import Path

import pytest

from worker.model import Body, Decoded, Draft, Raw
from worker.rules.load import RuleError, Rules
from worker.stages.identity import Identify, content_uri, load_shapes

NAMES, SHAPES = load_shapes(Rules())
EXAMPLES = [(shape.provider or "anyone", *example) for shape in SHAPES for example in shape.examples]


def identify(provider: str | None = None, rules: Rules | None = None, **fields: object) -> Draft:
    """Give a draft after the stage."""
    draft = Draft(raw=Raw(value=b"", provider=provider), decoded=Decoded(format="x", **fields))  # type: ignore[arg-type] # fields by name
    Identify(rules or Rules())(draft)
    return draft


@pytest.mark.parametrize(("provider", "given", "uri", "version"), EXAMPLES)
def test_the_examples_of_the_rules_hold(provider: str, given: str, uri: str, version: str) -> None:
    """Each id that stands beside a rule is parted as it says."""
    assert Identify(Rules()).part(given, provider) == (uri, version)


def test_versions_of_a_story_share_a_uri() -> None:
    """Two ids that differ in their version are one item."""
    first, second = (identify(uri=f"urn:newsml:w.example:20240301:a:{n}N", source="W") for n in (1, 2))

    assert first.uri == second.uri
    assert (first.version, second.version) == ("1", "2")


def test_the_version_that_the_item_names_wins() -> None:
    """A version field is worth more than what the id contains."""
    assert identify(uri="urn:newsml:w.example:20240301:a:1", version="7").version == "7"


def test_a_shape_of_one_provider_is_not_applied_to_another() -> None:
    """An id of the same looks from someone else is taken as it is."""
    assert identify(uri="20240301:RTZ:123:1", source="Other").uri == "20240301:RTZ:123:1"
    assert identify(uri="20240301:RTZ:123:1", source="ritzau.dk").uri == "20240301:RTZ:123"


@pytest.mark.parametrize(
    ("header", "source", "provider"),
    [
        ("desk", "AFP", "desk"),
        (None, "afp.com", "AFP"),
        (None, "The Associated Press", "AP"),
        (None, "Harbour News", "Harbour News"),
        (None, None, "unknown"),
    ],
)
def test_the_provider_is_found(header: str | None, source: str | None, provider: str) -> None:
    """The header first, then the item's own source under its usual name."""
    assert identify(header, uri="u", source=source).provider == provider


def test_an_item_without_id_is_named_by_its_content() -> None:
    """The same text gets the same uri, another text another; headline and body do not run into each other."""
    body = Body(field="body_text", content_type="text/plain", value="B")

    one, same = identify(headline="H", body=body), identify(headline="H", body=body)

    assert one.uri == same.uri == content_uri(one.decoded)
    assert one.uri.startswith("urn:copydesk:sha256:")
    assert one.uri != identify(headline="HB").uri


def test_an_operators_provider_is_added(tmp_path: Path) -> None:
    """A file in the rules' folder adds names and shapes, without touching the others."""
    (tmp_path / "providers.toml").write_text(
        "[[provider]]\nid='h'\nprovider='Harbour'\nnames=['harbour news']\n[[provider.ids]]\n"
        "pattern='(?P<uri>h-\\d+)/(?P<version>\\d+)'\nexamples=[['h-1/2','h-1','2']]\n",
        encoding="utf-8",
    )

    draft = identify(rules=Rules(tmp_path), uri="h-9/4", source="Harbour News")

    assert (draft.provider, draft.uri, draft.version) == ("Harbour", "h-9", "4")
    assert identify(rules=Rules(tmp_path), uri="u", source="afp").provider == "AFP"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[provider]]\nid='h'\nprovider='H'\n", "lacks `names`"),
        ("[[provider]]\nid='h'\nprovider='H'\nnames=[]\ncolour='red'\n", "has `colour`"),
        ("[[shape]]\nid='s'\npattern='(?P<uri>x'\nexamples=[]\n", "no regular expression"),
        ("[[shape]]\nid='s'\npattern='x'\nexamples=[]\n", "lacks the groups"),
        ("[[shape]]\nid='s'\npattern='x'\n", "lacks `examples`"),
    ],
)
def test_a_wrong_rule_is_told(tmp_path: Path, text: str, problem: str) -> None:
    """The error names the file and what is wrong."""
    (tmp_path / "providers.toml").write_text(text, encoding="utf-8")

    with pytest.raises(RuleError, match=r"providers\.toml") as error:
        Identify(Rules(tmp_path))

    assert problem in str(error.value)
