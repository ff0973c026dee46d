"""
IPTC Media Topics as shipped: for each code its name and the level 1 and level 2 codes above it.

The list is made from IPTC's Media Topic NewsCodes of 2023-10-24 (CC BY 4.0, IPTC).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["MEDIATOPICS", "Concept", "MediaTopics"]

MEDIATOPICS: Final = Path(__file__).parents[2] / "rules" / "mediatopics.tsv"


class Concept(NamedTuple):
    """One concept: its English name, its level, and the level 1 and level 2 codes above it (or itself)."""

    name: str
    level: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MediaTopics:
    """All concepts by code, and what old subject codes became."""

    concepts: dict[str, Concept]
    subjects: dict[str, str]

    @classmethod
    def load(cls, path: Path = MEDIATOPICS) -> "MediaTopics":
        """Read the shipped list: code, broader code or `-`, old subject code or `-`, English name, separated by tabs."""
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        broader = {code: parent for code, parent, _, _ in rows}
        concepts: dict[str, Concept] = {}
        subjects: dict[str, str] = {}
        for code, _, subject, name in rows:
            chain = [code]
            while (parent := broader[chain[-1]]) != "-":
                chain.append(parent)
            chain.reverse()
            concepts[code] = Concept(name, len(chain), tuple(chain[:2]))
            if subject != "-":
                subjects.setdefault(subject, code)
        return cls(concepts, subjects)

    def path(self, code: str) -> tuple[str, ...]:
        """Give the level 1 code, and the level 2 code if there is one, at or above a code; nothing for an unknown code."""
        concept = self.concepts.get(code)
        return concept.path if concept else ()

    def level(self, code: str) -> int:
        """Give the level of a known code, 1 at the top."""
        return self.concepts[code].level

    def name(self, code: str) -> str:
        """Give the English name of a known code."""
        return self.concepts[code].name
