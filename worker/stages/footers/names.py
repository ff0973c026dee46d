"""
Known agencies and distributors: the names, legal forms and codes that they go by, and the name that the trade uses.

A name that the table does not know stays as it is written.
"""

from functools import lru_cache
from typing import Final

from worker.rules.load import Rules
from worker.stages.footers.shape import folded

__all__ = ["Names"]

_FORMS: Final = frozenset(
    [
        "the",
        "inc",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "corp",
        "co",
        "lp",
        "plc",
        "ag",
        "ab",
        "as",
        "sa",
        "spa",
        "sapa",
        "srl",
        "sarl",
        "sas",
        "bv",
        "nv",
        "pty",
        "kg",
        "company",
        "corporation",
    ]
)


_JOINS: Final = frozenset(["and", "or", "e", "y", "et", "und", "en", "og", "och", "i", "a"])


class Names:
    """The table, by every way a name is written."""

    __slots__ = ("_carriers", "_codes", "_hosts", "_names", "_spelt")

    def __init__(self, rules: Rules) -> None:
        """
        Read the table.

        Raises:
            RuleError: an entry has no name.
        """
        self._names: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._spelt: set[str] = set()
        self._carriers: set[str] = set()
        self._hosts: dict[str, str] = {}
        for file in rules.files("distributors"):
            for entry in file.table.get("agency", ()):
                if not isinstance(entry.get("name"), str):
                    raise file.error(f"agency {entry!r}", "needs a name")
                for written in (entry["name"], *entry.get("also", ())):
                    self._names[_key(written)] = entry["name"]
                if entry.get("carrier"):
                    self._carriers.add(entry["name"])
                for code in entry.get("codes", ()):
                    self._codes[code] = entry["name"]
                for code in entry.get("spelt", ()):
                    self._codes[code] = entry["name"]
                    self._spelt.add(code)
                for host in entry.get("hosts", ()):
                    self._hosts[host] = entry["name"]

    def normal(self, written: str | None) -> str | None:
        """Give the trade's name of what is written so; None if the table does not know it."""
        if not written:
            return None
        return self._codes.get(written) or self._names.get(_key(written))

    def spelt(self, written: str) -> str:
        """Give the trade's name for a name; a code stays as it is, but for the few that nobody but the trade knows."""
        if written in self._codes and written not in self._spelt:
            return written
        return self.normal(written) or written

    def code(self, written: str) -> bool:
        """Whether this is the code or a name of a known agency, as written."""
        return written in self._codes or _key(written) in self._names

    def carrier(self, written: str | None) -> str | None:
        """Give the trade's name of what is written so, if it distributes for others."""
        name = self.normal(written)
        return name if name in self._carriers else None

    def leading(self, written: str) -> str:
        """Give the known name that `written` starts with, as in `AP National Security`; else all of it."""
        words = written.split()
        if len(words) < 2 or self.code(written):
            return written
        for count in range(min(4, len(words) - 1), 0, -1):
            front = " ".join(words[:count])
            if (
                front[-1] not in ",;/&"
                and self.code(front)
                and words[count].casefold() not in _JOINS
                and words[count][0].isalpha()
            ):
                return front
        return written

    def of_host(self, host: str) -> str | None:
        """Whose web address this is, if a distributor's."""
        return self._hosts.get(host) or self._hosts.get(host.split(".", 1)[-1])


@lru_cache(maxsize=4096)
def _key(written: str) -> str:
    """Letters and digits of the words that tell one name from another."""
    words = "".join(char if char.isalnum() else " " for char in folded(written).replace(".", "").replace("'", "")).split()
    return " ".join(word for word in words if word not in _FORMS) or " ".join(words)
