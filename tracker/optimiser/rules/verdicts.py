"""How a rule says its word: ok, unknown, violated, or a warning."""

from tracker.domain.build import RuleVerdict, Verdict
from tracker.optimiser.items import Item


def ok(rule: str, detail: str, source: str = "") -> RuleVerdict:
    """The rule holds."""
    return RuleVerdict(rule, Verdict.OK, detail, source)


def unknown(rule: str, detail: str, source: str = "") -> RuleVerdict:
    """A fact is not known: verify before purchase."""
    return RuleVerdict(rule, Verdict.UNKNOWN, detail, source)


def violated(rule: str, detail: str, source: str = "") -> RuleVerdict:
    """The rule is broken for sure."""
    return RuleVerdict(rule, Verdict.VIOLATED, detail, source)


def warning(rule: str, detail: str, source: str = "") -> RuleVerdict:
    """It works, with a catch that only the user can judge; a target may harden it into a refusal."""
    return RuleVerdict(rule, Verdict.UNKNOWN, detail, source, is_warning=True)


def settled(rule: str, detail: str, *resting_on: tuple[Item | None, str]) -> RuleVerdict:
    """Ok, unless a fact that it rests on stands in the catalog unverified: then unknown."""
    doubts = [f"{field} of {item.name}" for item, field in resting_on if item and field in item.unverified]
    source = "; ".join(dict.fromkeys(item.source for item, _ in resting_on if item and item.source))
    if doubts:
        return unknown(rule, f"{detail}; verify: {', '.join(doubts)} is unverified in the catalog", source)
    return ok(rule, detail, source)
