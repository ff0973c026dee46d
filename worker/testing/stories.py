"""
Synthetic wire copy: stories of made-up words, and what happens to stories on a wire.

Everything comes from a seed, so that a run can be repeated.
"""

import random
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

__all__ = ["Wire", "story"]

_SYLLABLES: Final = [consonant + vowel for consonant in "bdfklmnprstv" for vowel in "aeiou"]
_LINKS: Final = (
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "that",
    "for",
    "on",
    "with",
    "as",
    "by",
    "at",
    "from",
    "said",
    "it",
    "was",
    "has",
    "had",
    "would",
)
_START: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)


def _words(rnd: random.Random, count: int) -> list[str]:
    return ["".join(rnd.choices(_SYLLABLES, k=rnd.randint(2, 4))) for _ in range(count)]


_VOCABULARY: Final = _words(random.Random(20_260_302), 4000)  # noqa: S311 - synthetic words, no secret


def story(rnd: random.Random, size: int) -> str:
    """Write a text of about `size` characters."""
    text = ["BERN (Copydesk) -"]
    length = len(text[0])
    sentence: list[str] = []
    while length < size:
        word = rnd.choice(_LINKS) if rnd.random() < 0.4 else rnd.choice(_VOCABULARY)
        sentence.append(word.capitalize() if not sentence else word)
        length += len(word) + 1
        if len(sentence) >= rnd.randint(9, 18):
            text.append(" ".join(sentence) + ".")
            sentence.clear()
    return " ".join([*text, *([" ".join(sentence) + "."] if sentence else [])])


class Wire:
    """
    A wire that sends stories, repeats, copies under other ids, updates, kills, and what can't be read.

    Args:
        seed: of all that is random.

        size: characters of a story.

        kept: how many of what it sent it may repeat, copy, update or kill; None for all.
    """

    def __init__(self, seed: int = 1, size: int = 500, kept: int | None = None) -> None:
        """Begin with nothing sent."""
        self._rnd = random.Random(seed)  # noqa: S311 - synthetic copy, no secret
        self._size = size
        self._sent: deque[dict[str, Any]] = deque(maxlen=kept)
        self._number = 0

    def new(self, **fields: Any) -> bytes:
        """Send a story that nobody sent before; `fields` are added to the ninjs item."""
        self._number += 1
        rnd = self._rnd
        item = {
            "uri": f"urn:wire:{self._number:06d}",
            "type": "text",
            "version": "1",
            "versioncreated": self._time(),
            "language": "en",
            "headline": " ".join(rnd.choices(_VOCABULARY, k=7)).capitalize(),
            "body_text": story(rnd, self._size),
            **fields,
        }
        self._sent.append(item)
        return orjson.dumps(item)

    def repeat(self) -> bytes:
        """Send an item again as it was."""
        return orjson.dumps(self._any())

    def copy(self) -> bytes:
        """Send a story under another id, with a word changed here and there."""
        item = self._any()
        words = item["body_text"].split(" ")
        for _ in range(max(1, len(words) // 60)):
            words[self._rnd.randrange(3, len(words))] = self._rnd.choice(_VOCABULARY)
        self._number += 1
        copied = {**item, "uri": f"urn:other:{self._number:06d}", "versioncreated": self._time(), "body_text": " ".join(words)}
        return orjson.dumps(copied)

    def update(self) -> bytes:
        """Send the next version of a story."""
        item = self._any()
        item["version"] = str(int(item["version"]) + 1)
        item["versioncreated"] = self._time()
        item["body_text"] += " " + story(self._rnd, 120)
        return orjson.dumps(item)

    def kill(self) -> bytes:
        """Cancel a story."""
        item = self._any()
        return orjson.dumps({**item, "version": "99", "versioncreated": self._time(), "pubstatus": "canceled"})

    def poison(self) -> bytes:
        """Send bytes that are no item."""
        return self._rnd.choice(
            [
                b"\xff\xfe\x00\x01\x02",
                b"{",
                b"",
                b'{"uri": "urn:bad", "headline": 7}',
                b'{"uri": "urn:empty", "version": "1"}',
                b"[]",
            ]
        )

    def mixture(self, count: int) -> Iterator[bytes]:
        """Send `count` messages: mostly new stories, and of everything else some."""
        kinds = [(self.new, 55), (self.repeat, 10), (self.copy, 17), (self.update, 12), (self.kill, 2), (self.poison, 4)]
        for number in range(count):
            send = self.new if number < 5 else self._rnd.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
            yield send()

    def _any(self) -> dict[str, Any]:
        """Choose an item that was sent, a late one rather than an early one."""
        back = int(self._rnd.expovariate(1 / 60))
        return self._sent[max(0, len(self._sent) - 1 - back)]

    def _time(self) -> str:
        return (_START + timedelta(seconds=self._number * 7)).isoformat().replace("+00:00", "Z")
