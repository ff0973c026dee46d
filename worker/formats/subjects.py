"""
Turn codes of agencies' and IPTC's vocabularies into uris.

A code comes as a qcode (`medtop:20000538`), with a scheme's uri beside it (ninjs 1.x), or bare (NITF, IPTC 7901).
"""

import re
from pathlib import Path
from typing import Any, Final

__all__ = ["IPTC", "concept_uri", "keyword", "media_topic", "subject", "with_media_topics"]

IPTC: Final = "http://cv.iptc.org/newscodes/"

# Aliases that NewsML-G2 feeds use for IPTC's schemes (the catalogue's own, and what agencies write instead).
_SCHEMES: Final = {
    "medtop": IPTC + "mediatopic/", "mediatopic": IPTC + "mediatopic/", "iptc": IPTC + "mediatopic/",
    "subj": IPTC + "subjectcode/", "iptcsubject": IPTC + "subjectcode/", "subjectcode": IPTC + "subjectcode/",
    "genre": IPTC + "genre/", "ninat": IPTC + "ninature/", "prov": IPTC + "newsprovider/", "nprov": IPTC + "newsprovider/",
    "cpnat": IPTC + "cpnature/", "scene": IPTC + "scene/", "iso3166-1a2": "http://cvx.iptc.org/iso3166-1a2/",
    "iso3166-1a3": "http://cvx.iptc.org/iso3166-1a3/",
}  # fmt: skip
_QCODE: Final = re.compile(r"([A-Za-z][\w.-]*):(?!//)(\S+)")


def concept_uri(code: str, scheme: str | None = None) -> str | None:
    """
    Give the uri of a concept, or None if the code's scheme is not known.

    >>> concept_uri("medtop:20000538")
    'http://cv.iptc.org/newscodes/mediatopic/20000538'
    >>> concept_uri("it", "http://cvx.iptc.org/iso3166-1a2/")
    'http://cvx.iptc.org/iso3166-1a2/it'
    """
    if code.startswith(("http://", "https://", "urn:")):
        return code
    if scheme:
        base = _SCHEMES.get(scheme.lower(), scheme)
        if "://" in base:
            return base + code.rsplit(":", 1)[-1] if base.endswith(("/", "#", "=", ":")) else f"{base}/{code}"
        if base.startswith("urn:"):
            return f"{base.rstrip(':')}:{code}"
    match = _QCODE.fullmatch(code)
    if match and match[1].lower() in _SCHEMES:
        return _SCHEMES[match[1].lower()] + match[2]
    return None


def _old_codes() -> dict[str, tuple[str, str]]:
    """Old subject codes with their Media Topic and its name."""
    rows = (line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {old: (new, name) for old, new, name in rows}


_TABLE: Final = Path(__file__).with_name("subjectcodes.tsv")
_OLD: Final = _old_codes()


def subject(code: str, name: str | None = None, scheme: str | None = None) -> dict[str, Any]:
    """Make a ninjs subject from a code: `literal` is the code as the source writes it, `uri` is given where it is known."""
    made: dict[str, Any] = {"rel": "about"}
    if name:
        made["name"] = name
    uri = concept_uri(code, scheme)
    if uri:
        made["uri"] = uri
    made["literal"] = code
    return made


def media_topic(old: str) -> tuple[str, str] | None:
    """
    Find the Media Topic of an old IPTC subject code, or that of the nearest broader code.

    >>> media_topic("15054000")
    ('20001065', 'soccer')
    """
    for code in (old, old[:5] + "000", old[:2] + "000000"):
        if code in _OLD:
            return _OLD[code]
    return None


def with_media_topics(subjects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to subjects with old IPTC codes the Media Topics that these became, as the provider's own."""
    uris = {str(one.get("uri")) for one in subjects}
    added = []
    for one in subjects:
        match = _OLD_CODE.search(str(one.get("uri") or one.get("literal") or ""))
        found = media_topic(match[1]) if match else None
        if found and (uri := f"{IPTC}mediatopic/{found[0]}") not in uris:
            uris.add(uri)
            added.append({"name": found[1], "rel": "about", "uri": uri, "creator": "provider"})
    return subjects + added


_OLD_CODE: Final = re.compile(r"(?:^|(?:subj|subjectcode)[:/])((?:0[1-9]|1[0-7])\d{6})$")


def keyword(word: str) -> dict[str, Any]:
    """Make a ninjs subject from a free keyword, for which ninjs has no field of its own."""
    return {"name": word, "rel": "keyword"}
