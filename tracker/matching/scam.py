"""Signs of a fake ad that its words give: stock phrases that lead past the marketplace. They are shown; they decide nothing."""

from tracker.domain.match import Evidence
from tracker.matching.lexicon import Reading

FLAG = "scam_words"


def scam_evidence(title: Reading, description: Reading | None) -> tuple[Evidence, ...]:
    """Each stock phrase of title and description, once."""
    readings = (title,) if description is None else (title, description)
    said = (" ".join(reading.tokens.words[first:last]) for reading in readings for first, last in reading.spans("scam"))
    return tuple(Evidence(words, None, None, "typical of scams") for words in dict.fromkeys(said))
