"""Words of ours that reach a report by their name alone: marked here, so that translations have them all."""


def N_(text: str) -> str:  # noqa: N802 - gettext's name for a text that is translated elsewhere
    """The text itself."""
    return text


REASONS = (
    N_("no part named"), N_("colliding name"), N_("accessory"), N_("wanted"), N_("only mentioned"),
    N_("several candidates"), N_("variation listing"), N_("contradiction"), N_("not hardware"), N_("service or rental"),
    N_("low confidence"), N_("overridden"), N_("empty title"), N_("price out of line"),
)  # fmt: skip
STATES = (
    N_("blocked"), N_("layout unknown"), N_("not rendered"), N_("unreachable"), N_("robots disallowed"),
    N_("keys missing"), N_("budget spent"), N_("too large"),
)  # fmt: skip
TERMS = (N_("import VAT"), N_("duty"), N_("customs handling"), N_("buyer fee"))
DIRECTIONS = (N_("falling"), N_("rising"), N_("steady"))
ALLOWANCES = (
    N_("SSD"), N_("NVMe"), N_("Open frame"), N_("Power button"), N_("Shroud"), N_("EPS adapter"), N_("CPU cooler"),
    N_("Display card"), N_("Breakout"),
)  # fmt: skip
UNKNOWN = N_("unknown")
