# ruff: noqa: INP001, T201 - a command
"""
Print what is installed beside this interpreter as a CycloneDX 1.5 document: `sbom.py > sbom.json`.

It runs while the image is built and needs nothing but Python. Exit code 1 if a package has a licence that is not on the list below:
somebody must read it first.
"""

import json
import re
import sys
from importlib.metadata import Distribution, distributions
from typing import Any

# Licences that ask for no more than their text and names to be kept, which the packages' own folders do; and MPL-2.0, whose files we
# do not change.
ALLOWED = {"MIT", "BSD", "BSD-2-CLAUSE", "BSD-3-CLAUSE", "APACHE-2.0", "PSF-2.0", "ISC", "MPL-2.0", "0BSD", "ZLIB", "CC0-1.0"}
# What classifiers and free text call them.
NAMES = (
    (r"apache", "APACHE-2.0"), (r"\bmit\b", "MIT"), (r"mpl|mozilla", "MPL-2.0"), (r"psf|python software", "PSF-2.0"),
    (r"\bisc\b", "ISC"), (r"bsd.3|3.clause", "BSD-3-CLAUSE"), (r"bsd", "BSD"), (r"zpl|zope", "ZPL-2.1"),
)  # fmt: skip
# Build tools that are taken out of the image again.
PASSING = {"pip", "setuptools"}


def licences(package: Distribution) -> list[str]:
    """Name the licences of a package; an SPDX expression is taken apart. Empty if it says nothing."""
    facts = package.metadata
    if expression := facts.get("License-Expression"):
        # Of "A OR B" we take the one that is allowed.
        choices = [part.strip("() ").upper() for part in expression.split(" OR ")]
        chosen = next((part for part in choices if part in ALLOWED), expression.upper())
        return sorted({word.strip("() ") for word in re.split(r"\s+(?:AND|OR)\s+", chosen)})
    texts = [name for name in facts.get_all("Classifier") or () if name.startswith("License ::")]
    if not any(map(known, texts)):
        texts = [(facts.get("License") or "")[:80]]
    return sorted({found for text in texts if (found := known(text))})


def known(text: str) -> str | None:
    """Find a licence in words."""
    return next((name for pattern, name in NAMES if re.search(pattern, text, re.IGNORECASE)), None)


def main() -> int:
    """Print the document; say on standard error what nobody has read yet."""
    packages = sorted(
        (one for one in distributions() if one.metadata["Name"].lower() not in PASSING),
        key=lambda one: one.metadata["Name"].lower(),
    )
    components: list[dict[str, Any]] = []
    unread = []
    for package in packages:
        name, version = package.metadata["Name"], package.version
        found = licences(package)
        if not found or not set(found) <= ALLOWED:
            unread.append(f"{name} {version}: {', '.join(found) or 'says nothing'}")
        components.append({
            "type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
            "licenses": [{"license": {"name": licence}} for licence in found],
        })  # fmt: skip
    print(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}, indent=1))
    for line in unread:
        print(f"a licence that nobody has read yet: {line}", file=sys.stderr)
    return 1 if unread or not components else 0


if __name__ == "__main__":
    sys.exit(main())
