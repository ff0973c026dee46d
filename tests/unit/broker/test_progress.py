"""What a person sees while the development broker is prepared."""

import io

from worker.broker.progress import Preparation


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def show(out: io.StringIO) -> str:
    """Show a download of 45 MB and what follows."""
    preparation = Preparation(out)
    for done in (0, 10_000_000, 45_000_000):
        preparation.downloaded(done, 45_000_000)
    preparation.training()
    return out.getvalue()


def test_a_log_gets_a_line_when_it_begins_and_one_when_it_is_done() -> None:
    """What is no terminal gets no bar."""
    assert show(io.StringIO()).splitlines() == [
        "downloading Apache Kafka, once: 45 MB",
        "downloading Apache Kafka, once: done",
        "preparing a quicker start of Apache Kafka, once: some ten seconds",
    ]


def test_a_terminal_gets_a_bar() -> None:
    """A person sees how far it is, in megabytes."""
    text = show(Terminal())

    assert "45.0/45.0 MB" in text
    assert "━" in text
