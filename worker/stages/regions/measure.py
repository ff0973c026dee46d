"""Turn mentions into small integers for each country."""

from typing import Final

from worker.rules.gazetteer import (
    ALTERNATE, CAPITAL, CAPITAL_ALTERNATE, CITY, COUNTRY, COUNTY, DEMONYM, DIVISION, GIVEN, INSTITUTION, SHORT, SURNAME, WORD, Gazetteer,
)  # fmt: skip
from worker.stages.regions.mentions import PLACED, PLAIN, SUSPECT, Mention, B_TITLE, B_GIVEN, B_STREET, B_ORG, B_TEAM, B_PREVCAP, B_NEXTCAP, B_WORDSTART
from worker.text import TextView

GROUPS = ("country", "demonym", "division", "capital", "city", "town", "institution")
STANDS = ("plain", "placed", "suspect")
FEATURES = [f"{g}_{s}" for g in GROUPS for s in STANDS] + ["unsure_city", "unsure_town", "cue", "dl", "head", "head_place", "lead", "lead_place", "share", "top", "only", "ncand", "names", "first", "person", "street", "org", "team","cap_run","alt","bigmass","provided","rank2","dl_other","weakonly"]
INDEX = {n: i for i, n in enumerate(FEATURES)}
VOTE = {COUNTRY: 6, DEMONYM: 4, DIVISION: 5, SHORT: 6, CAPITAL: 3, COUNTY: 3, INSTITUTION: 3}


def bucket(n: int) -> int:
    return min(n.bit_length() + (1 if n > 2 and n & (n - 1) and False else 0), 5)


def measure(view: TextView, mentions: list[Mention], gaz: Gazetteer, story_token: int, dl_country: int | None, lang: str | None):
    votes: dict[int, int] = {}
    subvotes: dict[int, int] = {}
    for m in mentions:
        top = m.senses[0]
        if m.container:
            votes[m.container[0]] = votes.get(m.container[0], 0) + 2
            if m.container[1]:
                subvotes[m.container[1]] = subvotes.get(m.container[1], 0) + 2
            continue
        sure = all(s.country == top.country for s in m.senses)
        if m.standing == SUSPECT:
            if sure and top.kind in VOTE:
                votes[top.country] = votes.get(top.country, 0) + 1
            continue
        if sure or (len(m.senses) > 1 and top.kind in (COUNTRY, DEMONYM) and all(s.kind not in (COUNTRY, DIVISION, DEMONYM) or s.country == top.country for s in m.senses[1:])):
            v = VOTE.get(top.kind, 0)
            if not v:
                v = 2 if not m.name.flags & (WORD | GIVEN | SURNAME) else 1
            votes[top.country] = votes.get(top.country, 0) + v
            if top.sub:
                subvotes[top.sub] = subvotes.get(top.sub, 0) + v
        elif len(m.senses) > 1:
            second = next(s for s in m.senses if s.country != top.country)
            if top.weight - second.weight >= 16:
                votes[top.country] = votes.get(top.country, 0) + 1
    cues: dict[int, int] = {}
    get = gaz.cues.get
    for h in view.hashes.tolist():
        cs = get(h)
        if cs:
            for c in cs:
                cues[c] = cues.get(c, 0) + 1
    for c, n in cues.items():
        votes[c] = votes.get(c, 0) + min(n, 6)
    if dl_country is not None:
        votes[dl_country] = votes.get(dl_country, 0) + 4
    rows: dict[int, list[int]] = {}
    names: dict[int, set[int]] = {}
    mass: dict[int, int] = {}
    evidence: dict[int, list[Mention]] = {}
    lead_end = story_token + 30
    for m in mentions:
        if m.container:
            country, margin, kind, weight = m.container[0], 40, CITY, 70
            for s in m.senses:
                if s.country == country:
                    kind, weight = s.kind, s.weight
                    break
        else:
            scored: dict[int, tuple[int, int, int]] = {}
            for s in m.senses:
                v = s.weight + 4 * min(votes.get(s.country, 0), 8)
                if s.sub and subvotes.get(s.sub):
                    v += 4
                if s.country not in scored or scored[s.country][0] < v:
                    scored[s.country] = (v, s.kind, s.weight)
            order = sorted(scored.items(), key=lambda x: (-x[1][0], x[0]))
            country, (v, kind, weight) = order[0]
            margin = v - order[1][1][0] if len(order) > 1 else 40
        row = rows.get(country)
        if row is None:
            row = rows[country] = [0] * len(FEATURES)
            row[INDEX["first"]] = min(6, (max(0, m.first - story_token)).bit_length() // 2)
            names[country] = set()
            evidence[country] = []
        evidence[country].append(m)
        if view.body_token <= m.first < story_token:
            row[INDEX["dl"]] += 1
            continue
        names[country].add(m.key)
        if kind == COUNTRY: g = "country"
        elif kind == DEMONYM: g = "demonym"
        elif kind in (DIVISION, COUNTY, SHORT): g = "division"
        elif kind in (CAPITAL, CAPITAL_ALTERNATE): g = "capital"
        elif kind == INSTITUTION: g = "institution"
        elif weight >= 68: g = "city"
        else: g = "town"
        if margin < 10 and g in ("city", "town", "capital"):
            row[INDEX["unsure_town" if g == "town" else "unsure_city"]] += 1
            w = 1
        else:
            row[INDEX[f"{g}_{STANDS[m.standing]}"]] += 1
            w = (1 if m.standing == SUSPECT else 4) + (4 if g in ("country", "demonym", "division") else 2 if g in ("capital", "institution") else 0)
        if kind in (ALTERNATE, CAPITAL_ALTERNATE):
            row[INDEX["alt"]] += 1
        b = m.bits
        if b & (B_TITLE | B_GIVEN): row[INDEX["person"]] += 1
        if b & B_STREET: row[INDEX["street"]] += 1
        if b & B_ORG: row[INDEX["org"]] += 1
        if b & B_TEAM: row[INDEX["team"]] += 1
        if b & (B_PREVCAP | B_NEXTCAP): row[INDEX["cap_run"]] += 1
        if m.in_title:
            row[INDEX["head"]] += 1
            if m.standing != SUSPECT and g != "town": row[INDEX["head_place"]] += 1
            w += 4
        elif m.first < lead_end:
            row[INDEX["lead"]] += 1
            if m.standing != SUSPECT and g != "town": row[INDEX["lead_place"]] += 1
            w += 2
        mass[country] = mass.get(country, 0) + w
    for c, n in cues.items():
        if c in rows or n >= 1:
            row = rows.get(c)
            if row is None:
                row = rows[c] = [0] * len(FEATURES)
                row[INDEX["first"]] = 7
                names[c] = set()
                evidence[c] = []
            row[INDEX["cue"]] = n
    if dl_country is not None and dl_country not in rows:
        rows[dl_country] = [0] * len(FEATURES)
        names[dl_country] = set()
        evidence[dl_country] = []
        rows[dl_country][INDEX["dl"]] = 1
    elif dl_country is not None:
        rows[dl_country][INDEX["dl"]] = 1
    ranked = sorted(mass.values(), reverse=True)
    best = ranked[0] if ranked else 0
    for c, row in rows.items():
        w = mass.get(c, 0)
        for i in range(len(FEATURES)):
            if FEATURES[i] not in ("first",):
                row[i] = bucket(row[i])
        row[INDEX["share"]] = 8 * w // best if best else 0
        row[INDEX["top"]] = int(w == best and best > 0)
        row[INDEX["rank2"]] = int(len(ranked) > 1 and w == ranked[1] and w != best)
        row[INDEX["only"]] = int(len(ranked) == 1 and w > 0)
        row[INDEX["ncand"]] = bucket(len(ranked))
        row[INDEX["names"]] = bucket(len(names[c]))
        row[INDEX["bigmass"]] = bucket(w)
        row[INDEX["dl_other"]] = int(dl_country is not None and dl_country != c)
        row[INDEX["weakonly"]] = int(w == 0)
    return rows, evidence, mass
