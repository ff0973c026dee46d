"""
Say which countries a story is about, with the names that say so.

Names are found in the shared view (`mentions`), each is given to the country that the rest of the text speaks for, each country gets
a row of small integers (`measure`), and two small models say whether it belongs in the record and whether it is the first
(`trees`). What the source itself says of places comes first and is marked as the provider's. Text in a language whose names are
not known is left untagged, with a warning that says so.
"""

import json
from pathlib import Path
from typing import Final

import numpy as np

from worker.model import Draft, Evidence, Region
from worker.rules import gazetteer as rules_gazetteer
from worker.rules.gazetteer import Gazetteer
from worker.rules.load import Rules
from worker.stages.regions.measure import measure
from worker.stages.regions.mentions import Mention, find_mentions
from worker.stages.regions.trees import Trees
from worker.text import TextView

__all__ = ["TagRegions"]

MODEL: Final = Path(rules_gazetteer.__file__).parent / "regions_model.json"
EVIDENCE: Final = 5  # names shown for each country
MOST: Final = 12  # countries in one record
SCENE: Final = 300  # per mille of being the first from which a country counts as scene


class TagRegions:
    """Set `regions`."""

    name: Final = "regions"
    writes: Final = ("regions", "warnings")

    def __init__(self, rules: Rules) -> None:
        """Take names from `rules`, weights from the package."""
        self._gazetteer = Gazetteer.from_rules(rules)
        self._codes = {country.code: at for at, country in enumerate(self._gazetteer.countries)}
        table = json.loads(MODEL.read_bytes())
        self._include = Trees(table["include"], table["steps"])
        self._primary = Trees(table["primary"], table["steps"])

    def __call__(self, draft: Draft) -> None:
        """Tag the item."""
        language = (draft.language or "").split("-")[0].lower() or None
        if language is not None and language not in self._gazetteer.languages:
            draft.warnings = (*draft.warnings, f"regions: names in language {language} are not known")
            return
        view = draft.view
        line = draft.dateline
        at = self._codes.get(line.country) if line is not None and line.country else None
        mentions = find_mentions(view, self._gazetteer, language)
        rows, evidence, _ = measure(view, mentions, self._gazetteer, view.story_token, at, language)
        if not rows:
            return
        countries = list(rows)
        table = np.array([rows[country] for country in countries], np.int64)
        include, primary = self._include.score(table), self._primary.score(table)
        first = max(range(len(countries)), key=lambda i: (primary[i], include[i], -countries[i]))
        named = line is not None and line.agency is not None
        regions = []
        for i in sorted(range(len(countries)), key=lambda i: (-include[i], countries[i])):
            only_line = countries[i] == at and not any(m.first >= view.story_token or m.in_title for m in evidence[countries[i]])
            keep = include[i] > 0 or (i == first and include[i] > -200) or (only_line and named)
            if not keep:
                continue
            chance = self._primary.per_mille(primary[i])
            role = "scene" if i == first or chance >= SCENE else "dateline" if only_line else "mention"
            country = self._gazetteer.countries[countries[i]]
            confidence = self._include.per_mille(include[i])
            shown = tuple(_evidence(view, m) for m in evidence[countries[i]][:EVIDENCE])
            regions.append(Region(country.code, country.name, country.m49, i == first, role, confidence, shown))
        draft.regions = tuple(sorted(regions, key=lambda r: not r.primary)[:MOST])


def _evidence(view: TextView, mention: Mention) -> Evidence:
    start, end = int(view.starts[mention.first]), int(view.ends[mention.last])
    if mention.in_title:
        return Evidence("headline", start, end, view.text[start:end])
    return Evidence("body_text", start - view.body_at, end - view.body_at, view.text[start:end])
