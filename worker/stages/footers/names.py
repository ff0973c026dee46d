"""
Known agencies and distributors: the names, legal forms and codes that they go by, and the name that the trade uses.

A name that the table does not know stays as it is written.
"""

from typing import Final

from worker.rules.load import Rules
from worker.stages.footers.shape import folded

__all__ = ["Names"]

_FORMS: Final = frozenset(
    "the inc llc ltd limited gmbh corp co lp plc ag ab as sa spa sapa srl sarl sas bv nv pty kg company corporation".split()
)


class Names:
    """The table, by every way a name is written."""

    __slots__ = ("_codes", "_names")

    def __init__(self, rules: Rules) -> None:
        """
        Read the table.

        Raises:
            RuleError: an entry has no name.
        """
        self._names: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        for file in rules.files("distributors"):
            for entry in file.table.get("agency", ()):
                if not isinstance(entry.get("name"), str):
                    raise file.error(f"agency {entry!r}", "needs a name")
                for written in (entry["name"], *entry.get("also", ())):
                    self._names[_key(written)] = entry["name"]
                for code in entry.get("codes", ()):
                    self._codes[code] = entry["name"]

    def normal(self, written: str | None) -> str | None:
        """The trade's name of what is written so; None if the table does not know it."""
        if not written:
            return None
        return self._codes.get(written) or self._names.get(_key(written))

    def code(self, written: str) -> bool:
        """Whether this is the code or a name of a known agency, as written."""
        return written in self._codes or _key(written) in self._names


def _key(written: str) -> str:
    """Letters and digits of the words that tell one name from another."""
    words = "".join(char if char.isalnum() else " " for char in folded(written).replace(".", "").replace("'", "")).split()
    return " ".join(word for word in words if word not in _FORMS) or " ".join(words)
