# ruff: noqa: INP001, T201 - a command
"""
Print what is installed beside this interpreter as a CycloneDX 1.5 document: `sbom.py > sbom.json`.

It runs while the image is built, beside the packages that it lists. `sbom.py --table requirements/run.txt` prints instead, for people, the
licences of the packages that the file names. Exit code 1 if a package has a licence that is not on the list below: somebody must read
it first.
"""

import json
import re
import sys
from email.message import Message
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, cast

from packaging.requirements import Requirement

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
    facts = cast("Message", package.metadata)  # what it is; its protocol leaves `get` out
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


def named(text: str) -> set[str]:
    """Give the packages that a requirements file installs on this machine, as names are compared."""
    lines = re.findall(r"^[A-Za-z0-9][\w.-]*==[^\\\n]*", text, re.MULTILINE)
    wanted = (Requirement(line) for line in lines)
    return {plain(one.name) for one in wanted if one.marker is None or one.marker.evaluate()}


def plain(name: str) -> str:
    """Write a package's name as names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def document(packages: list[Distribution]) -> str:
    """Write the packages as CycloneDX."""
    components: list[dict[str, Any]] = [
        {
            "type": "library",
            "name": one.metadata["Name"],
            "version": one.version,
            "purl": f"pkg:pypi/{plain(one.metadata['Name'])}@{one.version}",
            "licenses": [{"license": {"name": licence}} for licence in licences(one)],
        }
        for one in packages
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}, indent=1)


def table(packages: list[Distribution]) -> str:
    """Write which packages have which licence."""
    by: dict[str, list[str]] = {}
    for one in packages:
        by.setdefault(", ".join(licences(one)) or "says nothing", []).append(one.metadata["Name"])
    return "\n".join(f"{licence}: {', '.join(names)}" for licence, names in sorted(by.items()))


def main() -> int:
    """Print document or table; say on standard error what nobody has read yet."""
    wanted: set[str] | None = None
    match sys.argv[1:]:
        case ["--table", path]:
            wanted = named(Path(path).read_text(encoding="utf-8"))
    packages = sorted(
        (
            one
            for one in distributions()
            if plain(one.metadata["Name"]) not in PASSING and (wanted is None or plain(one.metadata["Name"]) in wanted)
        ),
        key=lambda one: plain(one.metadata["Name"]),
    )
    print(document(packages) if wanted is None else table(packages))
    unread = [one for one in packages if not (found := licences(one)) or not set(found) <= ALLOWED]
    for one in unread:
        print(
            f"a licence that nobody has read yet: {one.metadata['Name']} {one.version}: {', '.join(licences(one)) or 'says nothing'}",
            file=sys.stderr,
        )
    return 1 if unread or not packages else 0


if __name__ == "__main__":
    sys.exit(main())
