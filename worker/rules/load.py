"""
Read the rule files.

Rules are TOML files in this folder, and in the folder that `COPYDESK_RULES` names, which adds to them or overrides them. A kind
of rules is the file `<kind>.toml` or all files in the folder `<kind>/`. Examples stand beside each rule and are run as tests.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["RuleError", "RuleFile", "Rules"]

PACKAGED = Path(__file__).parent


class RuleError(ValueError):
    """A rule file can't be used; the message says which file, which rule, and what to write instead."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        """Name the file, the rule or key in it, and what is wrong with it."""
        super().__init__(f"{path}: {where}: {problem}")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file as read: `table` is its TOML document."""

    path: Path
    table: Mapping[str, Any]

    def error(self, where: str, problem: str) -> RuleError:
        """Make the error for this file."""
        return RuleError(self.path, where, problem)


@dataclass(frozen=True, slots=True)
class Rules:
    """Where rules are read from: the package's own, then an operator's folder."""

    overlay: Path | None = None

    def files(self, kind: str) -> tuple[RuleFile, ...]:
        """
        All files of a kind, the package's first; a later rule of the same id replaces an earlier one.

        Raises:
            RuleError: a file is no TOML.
        """
        found: list[RuleFile] = []
        for folder in (PACKAGED, self.overlay):
            if folder is None:
                continue
            paths = (folder / f"{kind}.toml", *sorted((folder / kind).glob("*.toml")))
            found.extend(RuleFile(path, _parse(path)) for path in paths if path.is_file())
        return tuple(found)


def _parse(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(path, "the file", f"is not TOML: {error}") from error
    except RecursionError as error:
        raise RuleError(path, "the file", "is nested too deeply; write lists and tables at most a few levels deep") from error
