"""
Turn codes of agencies' and IPTC's vocabularies into uris.

A code comes as a qcode (`medtop:20000538`), with a scheme's uri beside it (ninjs 1.x), or bare (NITF, IPTC 7901).
"""

import re
from typing import Final

__all__ = ["IPTC", "concept_uri"]

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
