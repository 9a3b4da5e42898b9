"""The Matcher: a listing's title (and description) → Match or Reason. Pure; never raises; one pass over the tokens."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tracker.domain.listing import Condition
from tracker.domain.match import Decision, Kind, Match, MatchedPart, Reason
from tracker.domain.money import Money
from tracker.domain.part import Catalog
from tracker.matching.accessory import text_says_box
from tracker.matching.advert import count_in, priced_lines
from tracker.matching.boards import Chipsets
from tracker.matching.condition import flags, is_broken
from tracker.matching.confidence import ACCEPT_FROM, REVIEW_FROM, confidence
from tracker.matching.evidence import describe
from tracker.matching.lexicon import Lexicon, Reading
from tracker.matching.mentions import MentionReader
from tracker.matching.names import Names, Strength
from tracker.matching.normalise import DESCRIPTION_LIMIT, TITLE_LIMIT, normalise
from tracker.matching.parts import PartReader, Sale
from tracker.matching.price import price_flags
from tracker.matching.quantity import Counter
from tracker.matching.scam import FLAG as SCAM
from tracker.matching.scam import scam_evidence
from tracker.matching.stated import stated_facts
from tracker.matching.swap import split_swap
from tracker.matching.tokens import tokenise
from tracker.matching.trie import phrase_words
from tracker.matching.verdict import Verdict, judge
from tracker.matching.words import Words, load_words

RULES_VERSION = "2"
_FEW_WORDS = 4
_ASKED = frozenset(
    {None, Reason.SEVERAL_CANDIDATES, Reason.VARIATION_LISTING, Reason.CONTRADICTION, Reason.LOW_CONFIDENCE}
)  # what a person can decide


def build_matcher(catalog: Catalog, layers: tuple[Path, ...]) -> "TitleMatcher":
    """The matcher over a catalog and the word lists of the config layers. Raises ConfigError for wrong word lists."""
    return TitleMatcher(catalog, load_words(layers))


@dataclass(frozen=True, slots=True)
class Explanation:
    """A match with what led to it, for `rigscout match`."""

    match: Match
    title: str
    tokens: tuple[str, ...]
    rejected: tuple[tuple[str, str, str], ...]  # (words, part, why)


class TitleMatcher:
    """Implements tracker.domain.ports.Matcher."""

    def __init__(self, catalog: Catalog, words: Words) -> None:
        self._lexicon = Lexicon(words)
        self._categories = words.categories
        mentions = MentionReader(Names(catalog, words), Chipsets(catalog), words)
        self._parts = PartReader(mentions, Counter(self._lexicon))
        self._version = _digest(catalog, words)

    @property
    def version(self) -> str:
        """A digest of the catalog, the word lists and the rules."""
        return self._version

    def match(
        self,
        title: str,
        *,
        description: str | None = None,
        price: Money | None = None,
        condition: Condition = Condition.UNKNOWN,
        marketplace: str | None = None,
        category: str | None = None,
    ) -> Match:
        """What one listing sells; never raises, whatever the title holds."""
        shelf = self._categories.get(f"{marketplace}:{category}") if category else None
        return self._match(title, description, price, condition, shelf)[0]

    def explain(self, title: str, description: str | None = None) -> Explanation:
        """The match of a title with its tokens and the names that were not believed."""
        match, sale, reading = self._match(title, description, None, Condition.UNKNOWN, None)
        rejected = tuple(
            (" ".join(reading.tokens.words[item.first : item.last]), item.part, item.why) for item in sale.rejected
        )
        return Explanation(match, title, tuple(reading.tokens.words), rejected)

    def _match(
        self, title: str, description: str | None, price: Money | None, condition: Condition, shelf: str | None
    ) -> tuple[Match, Sale, Reading]:
        plain = normalise(title[:TITLE_LIMIT])
        offered, is_asking = split_swap(plain)
        reading = self._lexicon.read(tokenise(offered))
        details, lines, text = None, [], ""
        if description:
            text = normalise(description[:DESCRIPTION_LIMIT])
            details = self._lexicon.read(tokenise(text))
            if offered is not plain:  # a swap post
                lines = [self._lexicon.read(tokenise(line)) for line in priced_lines(text)]
        reading.context = _context(reading, details, shelf)
        sale = self._parts.read(reading, lines)
        sale.is_swap = offered is not plain
        if sale.is_swap and text:
            _recount(sale, reading, text)
        verdict = judge(reading, sale, is_asking=is_asking)
        if details is not None and text_says_box(details, sale.sold):
            verdict.doubts.append("box in the text")
        warnings = price_flags(price, verdict)
        broken, broken_words = is_broken(reading, details, condition)
        scam = scam_evidence(reading, details)
        chance = confidence(verdict.doubts)
        decision, reason = _decide(verdict.reason, chance)
        match = Match(
            kind=verdict.kind,
            decision=decision,
            confidence=chance,
            parts=(*_whole(verdict, sale), *verdict.parts),
            defect=broken,
            wanted=verdict.is_wanted,
            reason=reason,
            flags=(*flags(reading, details), *warnings, *([SCAM] if scam else [])),
            facts=sale.facts | stated_facts(plain, verdict.parts),
            evidence=(*describe(title, plain, offered, reading, sale, verdict, broken_words), *scam),
        )
        return match, sale, reading


def _context(reading: Reading, details: Reading | None, shelf: str | None) -> frozenset[str]:
    """What bears out a bare name from outside the title: "k80" on the shelf of graphics cards, or with "Nvidia" in its text."""
    said = frozenset({shelf}) if shelf else frozenset()
    if details is None or len(reading.tokens) > _FEW_WORDS:
        return said
    return said | details.words | details.lists.keys()


def _recount(sale: Sale, reading: Reading, text: str) -> None:
    """Take the counts that only a swap post's text tells: "2 - i5 2500S"."""
    for mention in sale.sold:
        if mention.qty == 1 and not mention.quoted and mention.strength is not Strength.BARE:
            written = reading.tokens.words[mention.first : mention.last]
            spelled = phrase_words(mention.part.partition(":")[2].removeprefix("core-"))
            mention.qty = count_in(text, written) or count_in(text, spelled) or 1


def _whole(verdict: Verdict, sale: Sale) -> tuple[MatchedPart, ...]:
    """The machine itself, where a system's title names one that the catalog knows."""
    named = {mention.part: mention for mention in sale.sold if mention.category == "system"}
    if verdict.kind is not Kind.SYSTEM or len(named) != 1:
        return ()
    (mention,) = named.values()
    return (MatchedPart(mention.part, mention.qty, mention.model),)


def _decide(reason: Reason | None, chance: float) -> tuple[Decision, Reason | None]:
    """Accept, review or reject, and the named reason for the last two."""
    if reason is None and chance >= ACCEPT_FROM:
        return Decision.ACCEPT, None
    if reason in _ASKED and chance >= REVIEW_FROM:
        return Decision.REVIEW, reason or Reason.LOW_CONFIDENCE
    return Decision.REJECT, reason or Reason.LOW_CONFIDENCE


def _digest(catalog: Catalog, words: Words) -> str:
    digest = hashlib.sha256(RULES_VERSION.encode())
    for part in (*catalog.parts.values(), *catalog.models.values()):
        digest.update(
            repr((part.id, part.name, part.aliases, part.part_numbers, part.require_near, part.reject_near)).encode()
        )
    digest.update(
        repr(
            (
                sorted(words.lists.items()),
                sorted(words.numbers.items()),
                sorted(words.codes.items()),
                sorted((card, sorted(sizes)) for card, sizes in words.card_memory.items()),
                words.series,
                words.opens,
                sorted(words.machine_boards.items()),
                sorted(words.categories.items()),
            )
        ).encode()
    )
    return digest.hexdigest()[:16]
