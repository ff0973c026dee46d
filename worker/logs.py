"""
How log lines look: one JSON object a line for machines, a readable line for a terminal.

Facts about an item go in `extra`; a body never goes anywhere near a log. Lines of Faust and aiokafka come out the same way.
"""

import json
import logging
import sys
import time
import traceback
from typing import Any, Final, TextIO

__all__ = ["ConsoleFormatter", "JsonFormatter", "configure", "logging_config"]

# What every record has; anything else was given as `extra`.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# These say in INFO what an operator can't use: each poll, each metadata refresh, each partition of each rebalance.
_QUIET: Final = {"aiokafka": "WARNING", "faust": "WARNING", "mode": "WARNING", "asyncio": "WARNING"}

# These write whole requests and messages at DEBUG: text of items, and passwords as they log in. So they never say more than INFO.
_NEVER: Final = {"aiokafka.conn": "INFO", "aiokafka.producer": "INFO"}

_LONGEST: Final = 2000  # characters of a message or fact
_LONGEST_ERROR: Final = 200  # characters of an exception's text: it may quote what it could not read, and that is a body


class JsonFormatter(logging.Formatter):
    """One JSON object: time (UTC), level, logger, message, facts and, if there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as one line of JSON."""
        line: dict[str, Any] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _short(record.getMessage()),
            **{name: _plain(value) for name, value in _facts(record).items()},
        }
        if record.exc_info and record.exc_info[1]:
            line["traceback"] = _traceback(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class ConsoleFormatter(logging.Formatter):
    """Time, level, message, then the facts as name=value; colours if `colour`."""

    _COLOURS: Final = {"WARNING": "33", "ERROR": "31", "CRITICAL": "31;1", "DEBUG": "2"}

    def __init__(self, *, colour: bool = False) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        """Write the record for a person; a traceback follows on lines of its own."""
        facts = "".join(f" {name}={_plain(value)}" for name, value in _facts(record).items())
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        line = f"{clock} {record.levelname.lower():<7} {_short(record.getMessage())}{facts}"
        code = self._COLOURS.get(record.levelname)
        if self._colour and code:
            line = f"\x1b[{code}m{line}\x1b[0m"
        if record.exc_info and record.exc_info[1]:
            line += "\n" + _traceback(record.exc_info[1])
        return line


def logging_config(form: str, level: str, *, stream: TextIO | None = None) -> dict[str, Any]:
    """
    Give the `logging.config.dictConfig` for the worker; Faust takes the same as its `logging_config`.

    Args:
        form: `json`, `console`, or `auto` for console on a terminal and JSON elsewhere.

        level: the least level of our own loggers. At DEBUG, Faust's and aiokafka's come too, but for what would show messages.

        stream: where lines go, standard error if not given.
    """
    out = stream or sys.stderr
    terminal = out.isatty()
    console = form == "console" or (form == "auto" and terminal)
    least = _NEVER if level == "DEBUG" else _QUIET
    quiet = {name: {"level": max(lowest, level, key=_rank)} for name, lowest in least.items()}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": ConsoleFormatter, "colour": terminal} if console else {"()": JsonFormatter},
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line", "stream": out}},
        "loggers": quiet,
        "root": {"level": level, "handlers": ["out"]},
    }


def configure(form: str, level: str) -> None:
    """Set up logging for this process."""
    import logging.config  # noqa: PLC0415 - a submodule that only this needs

    logging.config.dictConfig(logging_config(form, level))


def _facts(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _OWN and not name.startswith("_")}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return _short(str(value))


def _short(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def _traceback(error: BaseException) -> str:
    """Write where an exception and those behind it came from, as Python does, but with little of what they say."""
    parts = []
    current: BaseException | None = error
    while current is not None:
        parts.append(
            f"{''.join(traceback.format_tb(current.__traceback__))}{type(current).__name__}: {_short(str(current), _LONGEST_ERROR)!r}"
        )
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nbehind it:\n".join(parts)


def _rank(level: str) -> int:
    return logging.getLevelNamesMapping()[level]
