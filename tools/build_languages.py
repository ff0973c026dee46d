# ruff: noqa: INP001, T201 - a program, not a package; it prints
"""
Make worker/rules/languages.npz: `python tools/build_languages.py` (needs `pip install eld==1.0.6`).

The counts are those of ELD, Efficient Language Detector (Apache-2.0, Copyright 2023 Nito T.M., the package eld): how often
words of up to four letters, and beginnings and ends of four letters of longer words, stand in texts of 60 languages. Words by
hand below part languages whose letters take three bytes, for which ELD's counts hold single letters only.
"""

import importlib
from collections import defaultdict
from pathlib import Path

import numpy as np

from worker.stages.language_table import ENDING, LONG, feature_key
from worker.text import fold

OUTPUT = Path(__file__).parents[1] / "worker" / "rules" / "languages.npz"
FLOOR = 2  # of ELD's 15,000: what a word that was not counted is taken for
UNIT = 12  # steps of a weight that double a word's odds
COMMON = 16  # words by which a declared language is checked
LATIN, OTHER = 4, 2  # letters of a beginning or end
BY_HAND = {
    "hi": "है हैं के में की का और से को पर ने यह था कि भी नहीं एक लिए हो कर",
    "mr": "आहे आणि च्या आहेत होते या हे ते व तो ही होता असे मध्ये केली केले झाली नाही एक त्या",
    "fa": "است این که با را برای آن شده خود های می بود کرد ایران شد باید",
    "ur": "کے ہے میں کی اور سے کا کو ہیں نے پر یہ تھا اس بھی نہیں ایک گیا کہا",
    "ar": "في من على أن إلى عن التي هذا مع كان الذي وقد قال بعد كما لم هذه بين",
    "ku": "û li ji bi ku de di ev ew jî wê wî bû dike ل لە بۆ ئەو کە بە دە",
    "ja": "の は を が に で と し た",
}


def is_cut(letters: str) -> bool:
    """Tell whether the view can cut these letters out of a longer word: ELD's four bytes may have ended inside a letter."""
    return len(letters) == (LATIN if letters.isascii() else OTHER) and (letters.isascii() or len(letters.encode()) == LATIN)


def commonest(grams: dict[bytes, dict[int, int]], language: int) -> np.ndarray:
    """Give the keys of a language's commonest short words."""
    words = [
        (-counts[language], fold(gram.strip(b" ").decode()))
        for gram, counts in grams.items()
        if language in counts and gram[:1] == gram[-1:] == b" " and gram.strip(b" ").decode().isalpha()
    ]
    found = list(dict.fromkeys(feature_key(word, 0) for _, word in sorted(words)))[:COMMON]
    return np.array(found + [0] * (COMMON - len(found)), np.uint32)


def main() -> None:
    """Write the table; the same counts give the same bytes."""
    data = importlib.import_module("eld.resources.ngrams.ngramsL60").ngrams_data
    languages = [data["languages"][index] for index in range(len(data["languages"]))]
    counts: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for gram, by_language in data["ngrams"].items():
        first, last = gram.startswith(b" "), gram.endswith(b" ")
        try:
            letters = fold(gram.strip(b" ").decode())
        except UnicodeDecodeError:
            continue
        if not letters.isalpha() or not (first or last) or (first != last and not is_cut(letters)):
            continue
        kind = 0 if first and last else LONG if first else ENDING
        for language, count in by_language.items():
            counts[feature_key(letters, kind)][language] += count
    for code, words in BY_HAND.items():
        for word in words.split():
            size = LATIN if word.isascii() else OTHER
            counts[feature_key(fold(word)[:size], LONG if len(word) > size else 0)][languages.index(code)] += 150
    keys = np.array(sorted(counts), np.uint32)
    weights = np.zeros((len(keys), len(languages)), np.uint8)
    for row, key in enumerate(keys.tolist()):
        for language, count in counts[key].items():
            weights[row, language] = min(255, round(UNIT * np.log2(1 + count / FLOOR)))
    common = np.stack([commonest(data["ngrams"], place) for place in range(len(languages))])
    np.savez_compressed(OUTPUT, common=common, keys=keys, languages=np.array(languages), weights=weights)
    print(f"{len(keys)} features, {len(languages)} languages, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
