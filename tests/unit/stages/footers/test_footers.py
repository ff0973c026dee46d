"""The footers stage as a whole: what is removed, what stays, what the rights are."""

import pytest
from footer_cases import STAGE, STORY, strip

from worker.model import Body, Conflict, Decoded, Draft, Raw, Rights
from worker.rules.load import Rules
from worker.stages.footers import StripFooters


def test_footer_goes_kind_by_kind() -> None:
    """The example of the readme: a rule of dashes, a copyright line, a distributor, a source."""
    footer = "___\n© 2031 Norrland S.p.A. di K. Berg.\nDistributed by Northgate Content Agency, LLC.\nSource: Harbour News."

    draft = strip(f"{STORY}\n\n{footer}\n")

    assert draft.body is not None
    assert draft.body.value == STORY + "\n\n"
    assert [(span.kind, span.rule) for span in draft.removed] == [
        ("endmark", "rule-of-dashes"),
        ("copyright", "copyright-notice"),
        ("distributor", "distributed-by"),
        ("source", "source-label"),
    ]
    assert draft.rights.copyright_holder == "Norrland S.p.A. di K. Berg"
    assert draft.rights.copyright_year == "2031"
    assert draft.rights.distributor == "Northgate Content Agency, LLC"
    assert draft.rights.source == "Harbour News"


def test_story_without_footer_stays() -> None:
    """A story that only ends, ends as it was."""
    draft = strip(STORY)

    assert draft.body == draft.decoded.body
    assert draft.removed == ()
    assert draft.rights == Rights()


def test_headline_stays() -> None:
    """The headline is as decoded."""
    assert strip(f"{STORY}\n\n(c) 2031 Nordpress").headline == "A pier (c)"


def test_item_without_body_has_no_body() -> None:
    """A cancellation without text passes through."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", headline="Kill"))

    STAGE(draft)

    assert draft.body is None
    assert draft.removed == ()


def test_text_that_is_all_footer_stays() -> None:
    """A footer is never all that an item has."""
    text = "Copyright 2031 Nordpress. All rights reserved."

    assert strip(text).removed == ()


def test_credit_glued_to_the_last_sentence_goes() -> None:
    """Old wires put the credit on the story's last line."""
    draft = strip(f"{STORY} (Reporting by Ada Lind; Editing by Bo Ek)")

    assert draft.body is not None
    assert draft.body.value.rstrip() == STORY


def test_head_and_footer_both_go() -> None:
    """What stands above the dateline is removed with its own span, in the order of the text."""
    draft = strip(f"FOR IMMEDIATE RELEASE\n\n{STORY}\n\n###")

    assert draft.body is not None
    assert draft.body.value.strip() == STORY
    assert [span.rule for span in draft.removed] == ["release-head", "end-sign"]


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param("The winners:\nAda Lind\nBo Ek", id="short list"),
        pytest.param("They will sail on Monday.\nAda Lind\nBo Ek\nCy Moss\nDi Holm\nEd Berg", id="long list"),
    ],
)
def test_names_above_a_sign_are_a_list(entries: str) -> None:
    """The end of a list is not taken along by the end mark below it."""
    draft = strip(f"{STORY}\n\n{entries}\n\nNNNN")

    assert draft.body is not None
    assert draft.body.value.rstrip() == f"{STORY}\n\n{entries}"


def test_byline_above_a_legal_line_goes_with_it() -> None:
    """A name under the last sentence is part of the footer."""
    draft = strip(f"{STORY}\nAda Lind\n\n© 2031 Nordpress")

    assert draft.body is not None
    assert draft.body.value.rstrip() == STORY


def test_embargo_line_stays() -> None:
    """A line about an embargo is the desk's to read."""
    text = f"EMBARGOED UNTIL 0600 GMT MONDAY\n\n{STORY}"

    assert strip(text).removed == ()


def test_newsroom_block_goes_with_its_contacts() -> None:
    """What is not for publication must not leave a telephone number in the text."""
    block = "* * * *\nThe following is not for publication\n\n## Contacts\n- Editing by: Bo Ek, +49 30 555 0199, <bo@np.example>\n\nnp kl mo"

    draft = strip(f"{STORY}\n\n{block}")

    assert draft.body is not None
    assert "555" not in draft.body.value


def test_structured_fields_win_and_the_text_fills() -> None:
    """Where fields and text differ, the fields count and the difference is kept."""
    given_rights = Rights(copyright_holder="Nordpress", usage_terms="editorial use only")

    draft = strip(f"{STORY}\n\n© 2031 Westwire. All rights reserved.", rights=given_rights)

    assert draft.rights.copyright_holder == "Nordpress"
    assert draft.rights.copyright_year == "2031"
    assert draft.rights.usage_terms == "editorial use only"
    assert draft.rights.conflicts == (Conflict("copyright_holder", "Nordpress", "Westwire"),)


def test_two_ways_to_write_one_agency_are_no_conflict() -> None:
    """The table of agencies knows legal names, and gives the trade's name beside what was written."""
    draft = strip(f"{STORY}\n\n© 2031 Deutsche Presse-Agentur GmbH (Hamburg, Germany)", rights=Rights(copyright_holder="dpa"))

    assert draft.rights.conflicts == ()
    assert draft.rights.holder_name == "dpa"


def test_holder_is_as_written_and_named() -> None:
    """The holder stays as it stands in the line."""
    draft = strip(f"{STORY}\n\nCopyright 2031 The Associated Press. All rights reserved.")

    assert draft.rights.copyright_holder == "The Associated Press"
    assert draft.rights.holder_name == "Associated Press"
    assert draft.rights.source == "Associated Press"


@pytest.mark.parametrize(
    ("footer", "source"),
    [
        pytest.param("— Ada Lind\nHarbour Times\n———\n©2031 Harbour Times Co.", "Harbour Times", id="outlet under a byline"),
        pytest.param("aja/PAP", "PAP", id="initials and code"),
        pytest.param("dpa kl mo ww", "dpa", id="code and initials"),
        pytest.param("/ AFP, AP, W.POST e NYT", "AFP, AP, W.POST e NYT", id="several"),
        pytest.param("AP-WF-06-10-31 1509GMT<", "Associated Press", id="stamp"),
        pytest.param("(Reporting by Ada Lind; Editing by Bo Ek)", "Nordpress", id="dateline"),
        pytest.param("Quelle: https://www.alpenpost.example/pier", "alpenpost", id="address"),
    ],
)
def test_source_is_read_from_the_best_sign(footer: str, source: str) -> None:
    """A label counts more than a sign-off, that more than a credit, and the dateline last."""
    assert strip(f"{STORY}\n\n{footer}").rights.source == source


def test_kept_kind_stays_for_its_provider(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A rule file can say that a provider's contacts stay in the text."""
    folder = tmp_path_factory.mktemp("rules") / "footers"
    folder.mkdir()
    (folder / "kinds.toml").write_text('[provider.harbour]\nkeep = ["contact"]\n', encoding="utf-8")
    stage = StripFooters(Rules(folder.parent))
    footer = "Media contact:\nBo Ek\nbo.ek@harbour.example\n\nSOURCE Harbour Metals Ltd"
    body = Body(field="body_text", content_type="text/plain", value=f"{STORY}\n\n{footer}")

    kept = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", body=body), provider="harbour")
    stage(kept)
    stripped = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", body=body), provider="other")
    stage(stripped)

    assert kept.body is not None
    assert stripped.body is not None
    assert kept.body.value.startswith(f"{STORY}\n\nMedia contact:")
    assert "SOURCE" not in kept.body.value
    assert stripped.body.value.rstrip() == STORY
