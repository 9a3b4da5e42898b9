"""Stock phrases of fake ads are flagged with the words; they decide nothing."""

import pytest

from tracker.matching.scam import FLAG


@pytest.mark.parametrize(("title", "words"), [
    ("Nvidia Tesla P40 24GB new, WhatsApp only", "whatsapp"),
    ("Tesla P40 24GB, contact me before buying", "contact me before buying"),
    ("Tesla P40 24Go, paiement mandat cash", "mandat cash"),
])  # fmt: skip
def test_stock_words_are_told(matcher, title, words):
    match, plain = matcher.match(title), matcher.match("Nvidia Tesla P40 24GB")
    assert FLAG in match.flags
    assert [item.text for item in match.evidence if item.rule == "typical of scams"] == [words]
    assert (match.decision, match.parts) == (plain.decision, plain.parts)


def test_an_honest_ad_is_not_flagged(matcher):
    assert FLAG not in matcher.match("Tesla P40 24GB", description="Message me with questions, PayPal is fine.").flags


def test_the_words_may_stand_in_the_text(matcher):
    assert FLAG in matcher.match("Tesla P40 24GB", description="Pay by Western Union, please.").flags
