"""The invented stories in other languages can be read, and are counted as written."""

from collections import Counter

from bench.abroad import judge, stories


def test_every_story_has_a_topic_and_a_first_country() -> None:
    """Each of the 160 stories is labelled, half of each language in each half, and each topic stands in both."""
    listed = list(stories())

    assert Counter(story.language for story in listed) == {"de": 20, "es": 40, "fr": 20, "it": 40, "pt": 40}
    assert all(story.wanted and story.headline and story.text for story in listed)
    for half in ("first", "second"):
        assert {story.topic for story in listed if story.half == half} == {f"{at:02d}" for at in range(1, 18)}


def test_a_country_in_brackets_may_be_listed_or_not() -> None:
    """Neither listing it nor leaving it out is an error; the first country must be the first wanted."""
    story = next(story for story in stories() if story.allowed)
    topic = [{"code": f"medtop:{story.topic}000000", "level": 1, "confidence": 900}]
    wanted = [{"code": code, "primary": at == 0} for at, code in enumerate(story.wanted)]
    more = [{"code": code, "primary": False} for code in sorted(story.allowed)]

    for regions in (wanted, wanted + more):
        judged = judge(story, {"topics": topic, "regions": regions})
        assert (judged.topic, judged.wrong, judged.missed, judged.first) == (story.topic, 0, 0, True)
