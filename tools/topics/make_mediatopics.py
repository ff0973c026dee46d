# ruff: noqa: INP001 - a program, not a package
"""Make worker/rules/mediatopics.tsv from IPTC's NewsCodes as JSON: `python tools/topics/make_mediatopics.py mediatopics.json`."""

import json
import sys
from pathlib import Path

OUTPUT = Path(__file__).parents[2] / "worker" / "rules" / "mediatopics.tsv"
HEAD = (
    "# IPTC Media Topic NewsCodes 2023-10-24, (c) IPTC, CC BY 4.0 (http://creativecommons.org/licenses/by/4.0/); shortened.\n"
    "# code\tbroader\told subject code\tEnglish name\n"
)


def main() -> None:
    """Write the list, retired concepts included: archives still carry them."""
    concepts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["concepts"]
    lines = []
    for concept in sorted(concepts, key=lambda entry: str(entry["id"])):
        subject = (concept.get("subjectcode") or "").rpartition("/")[2]
        name = " ".join((concept["prefLabel"].get("en-GB") or concept["prefLabel"]["en-US"]).split())
        lines.append(f"{concept['id']}\t{concept['broader'] or '-'}\t{'subj:' + subject if subject else '-'}\t{name}\n")
    OUTPUT.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
