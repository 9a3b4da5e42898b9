"""Evidence: each mention, the words and the place it came from, and the rule that decided, for people to check."""

from collections.abc import Sequence

from tracker.domain.match import Evidence
from tracker.matching.lexicon import Reading
from tracker.matching.normalise import offsets
from tracker.matching.parts import Sale
from tracker.matching.verdict import Verdict


def describe(
    title: str, plain: str, offered: str, reading: Reading, sale: Sale, verdict: Verdict, broken: str
) -> tuple[Evidence, ...]:
    """The evidence for a verdict, mentions first, places in the title as it was given."""
    found: list[Evidence] = []
    places: Sequence[int] | None = None
    for mention in sale.mentions:
        if mention.quoted:
            found.append(Evidence(mention.quoted, mention.part, mention.role, f"{mention.rule}, in the description"))
            continue
        if places is None:
            places = _places(title, plain, offered)
        start, end = reading.tokens.span(mention.first, mention.last)
        first, last = places[min(start, len(places) - 1)], places[min(end, len(places) - 1)]
        found.append(Evidence(title[first:last], mention.part, mention.role, mention.rule, first, last))
    if verdict.why:
        found.append(Evidence(verdict.why, None, None, f"kind {verdict.kind}"))
    if broken:
        found.append(Evidence(broken, None, None, "broken"))
    found.extend(Evidence(doubt, None, None, "doubt") for doubt in verdict.doubts)
    return tuple(found)


def _places(title: str, plain: str, offered: str) -> Sequence[int]:
    """For each character of `offered` its place in the title; Cyrillic made Latin keeps its length."""
    whole: Sequence[int] = range(len(title) + 1) if len(plain) == len(title) and title.isascii() else offsets(title)
    shift = max(plain.find(offered), 0) if offered is not plain else 0
    return whole[shift:] or [0]
