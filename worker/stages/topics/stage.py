"""
Tag what an item is about, in IPTC Media Topics.

Codes that the provider gave come first, mapped to Media Topics where they are of another scheme. An item without any is read by
the topic model: level 1 where the language is supported and the best topic reaches the minimum, a second topic where the story
has one, level 2 where the model is sure. Words that an operator lists in `topics.toml` add their topic. What stays untagged says
why in the item's warnings.
"""

from collections.abc import Iterator
from typing import Final

from worker.model import Draft, Topic
from worker.rules.load import Rules
from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import features
from worker.stages.topics.model import Scores, TopicModel
from worker.stages.topics.settings import TopicRules

__all__ = ["TagTopics"]


class TagTopics:
    """Set `draft.topics`, best first. `version` names the model in the record."""

    name: Final = "topics"
    writes: Final = ("topics", "warnings")

    def __init__(self, rules: Rules) -> None:
        """
        Read the rules, the list of topics and the model.

        Raises:
            RuleError: a rule can't be used.

            ModelError: the model can't be used.
        """
        self._topics = MediaTopics.load()
        self._rules = TopicRules.load(rules, self._topics)
        self._model = TopicModel.load(self._rules.model)
        self.version = self._model.version

    def __call__(self, draft: Draft) -> None:
        """Read the provider's codes, else the text."""
        found = dict[str, Topic]()
        reason = ""
        for code in self._given(draft):
            for path in self._topics.path(code):
                found.setdefault(path, self._topic(path, 1000, "provider"))
        if not found:
            language = (draft.language or "").partition("-")[0]
            if language in self._model.languages:
                found.update((topic.code, topic) for topic in self._read(draft, language))
                reason = f"none reaches {self._rules.minimum} per mille" if len(draft.view) else "there is no text"
            elif len(draft.view):
                reason = f"language {language} is not supported" if language else "language is not known"
            else:
                reason = "there is no text"
        for rule in self._rules.keywords:
            if rule.found_in(draft.view):
                for path in self._topics.path(rule.topic):
                    if path not in found or found[path].confidence < rule.confidence:
                        found[path] = self._topic(path, rule.confidence)
        if not found:
            draft.warnings = (*draft.warnings, f"topics: {reason}")
        draft.topics = tuple(sorted(found.values(), key=lambda topic: (-topic.confidence, topic.level, topic.code)))

    def _given(self, draft: Draft) -> Iterator[str]:
        """Give the Media Topics that the provider's subjects stand for."""
        for subject in draft.decoded.item.get("subjects") or ():
            for key in ("uri", "code", "literal"):
                value = subject.get(key) if isinstance(subject, dict) else None
                if isinstance(value, str) and (code := self._rules.read_code(value)):
                    yield code
                    break

    def _read(self, draft: Draft, language: str) -> Iterator[Topic]:
        """Ask the model."""
        found = self._rules.telling(features(draft.view), language)
        scores = self._model.score(found, headed=draft.view.body_at > 0)
        if not len(scores.rows):
            return
        confidences = self._model.confidences(scores.level1)
        ranked = sorted(range(len(confidences)), key=confidences.__getitem__, reverse=True)
        for place, index in enumerate(ranked[:3]):
            if confidences[index] < (self._rules.minimum if place == 0 else self._rules.further):
                break
            yield self._topic(self._model.codes[index], confidences[index])
            if (child := self._child(index, confidences[index], scores)) is not None:
                yield child

    def _child(self, parent: int, confidence: int, scores: Scores) -> Topic | None:
        """Give the best level 2 topic below a level 1 topic, if it is clear enough."""
        codes = self._model.children(parent)
        if not codes:
            return None
        parts = self._model.confidences(self._model.score_children(parent, scores))
        best = parts.index(max(parts))
        if not codes[best] or parts[best] < self._rules.sure:
            return None
        return self._topic(codes[best], confidence * parts[best] // 1000)

    def _topic(self, code: str, confidence: int, creator: str = "copydesk") -> Topic:
        concept = self._topics.concepts[code]
        return Topic(code, concept.name, concept.level, confidence, creator)
