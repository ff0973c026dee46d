"""Log lines: JSON for machines, readable for people, and never a body."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest

from worker.logs import logging_config


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """Put the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in ("aiokafka", "aiokafka.conn", "aiokafka.producer", "faust", "mode", "asyncio"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def use(form: str, level: str = "INFO", stream: io.StringIO | None = None) -> io.StringIO:
    """Configure logging to a stream and return it."""
    stream = stream or io.StringIO()
    logging.config.dictConfig(logging_config(form, level, stream=stream))
    return stream


def test_a_json_line_has_time_level_logger_message_and_facts() -> None:
    """Each record is one object on one line; `extra` stands beside the message."""
    out = use("json")

    logging.getLogger("worker.x").warning("%s was rejected", "an item", extra={"reason": "empty", "offset": 7, "topic": None})

    line = json.loads(out.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "worker.x",
        "message": "an item was rejected",
        "reason": "empty",
        "offset": 7,
        "topic": None,
    }
    assert out.getvalue().count("\n") == 1


def test_a_line_end_in_a_fact_makes_no_second_line() -> None:
    """A fact from the feed can't forge a log line."""
    out = use("json")

    logging.getLogger("worker.x").info("read", extra={"provider": 'x\n{"level":"error"}'})

    assert len(out.getvalue().splitlines()) == 1


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_exception_tells_where_and_not_what_it_read(form: str) -> None:
    """An exception may quote the item that it stumbled over; only the start of what it says is logged, also of those behind it."""
    out = use(form)
    body = "The minister said on Tuesday. " * 100

    def read() -> None:
        raise ValueError(body)

    def stage() -> None:
        try:
            read()
        except ValueError as error:
            raise RuntimeError(f"stage failed: {body}") from error

    try:
        stage()
    except RuntimeError:
        logging.getLogger("worker.x").exception("a stage raised")

    text = out.getvalue()
    assert "RuntimeError" in text
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert text.count("The minister") < 20


@pytest.mark.parametrize("form", ["json", "console"])
def test_long_facts_and_messages_are_cut(form: str) -> None:
    """Whatever somebody logs by mistake, a line stays a line."""
    out = use(form)

    logging.getLogger("worker.x").info("m" * 100_000, extra={"fact": "f" * 100_000})

    assert len(out.getvalue()) < 5000


def test_a_terminal_gets_readable_lines() -> None:
    """With `auto`, a terminal gets time, level, message and facts, not JSON; a warning has its colour."""
    out = use("auto", stream=Terminal())

    logging.getLogger("worker.x").warning("late", extra={"seconds": 3})

    assert "warning late seconds=3" in out.getvalue()
    assert out.getvalue().startswith("\x1b[33m")


def test_a_container_gets_json() -> None:
    """With `auto`, what is no terminal gets JSON."""
    out = use("auto")

    logging.getLogger("worker.x").info("started")

    assert json.loads(out.getvalue())["message"] == "started"


def test_console_without_a_terminal_has_no_colours() -> None:
    """A file full of escape sequences helps nobody."""
    out = use("console")

    logging.getLogger("worker.x").error("oh")

    assert "\x1b" not in out.getvalue()


def test_libraries_are_quiet_unless_asked() -> None:
    """Faust and aiokafka tell every poll in INFO; at DEBUG they may."""
    out = use("json")
    logging.getLogger("aiokafka.consumer").info("polled")
    assert not out.getvalue()

    logging.getLogger("aiokafka.consumer").warning("no broker")
    assert "no broker" in out.getvalue()

    for name in ("aiokafka", "faust", "mode", "asyncio"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    out = use("json", "DEBUG")
    logging.getLogger("aiokafka.consumer").debug("polled")
    assert "polled" in out.getvalue()


def test_what_would_show_messages_is_never_told() -> None:
    """Each request and message is what aiokafka writes at DEBUG, with the text of items and the passwords in them."""
    out = use("json", "DEBUG")

    logging.getLogger("aiokafka.conn").debug("request")
    logging.getLogger("aiokafka.producer.producer").debug("sending")

    assert not out.getvalue()


def test_a_higher_level_holds_for_libraries_too() -> None:
    """At ERROR nobody warns."""
    out = use("json", "ERROR")

    logging.getLogger("aiokafka").warning("no broker")

    assert not out.getvalue()
