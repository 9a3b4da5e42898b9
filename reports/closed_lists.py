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
LEASES = (N_("on demand"), N_("spot"), N_("reserved 1yr"), N_("reserved 3yr"))
TERMS = (N_("import VAT"), N_("duty"), N_("customs handling"), N_("buyer fee"), N_("price"), N_("shipping"))
DIRECTIONS = (N_("falling"), N_("rising"))
ALLOWANCES = (
    N_("SSD"), N_("NVMe"), N_("Open frame"), N_("Power button"), N_("Shroud"), N_("EPS adapter"), N_("CPU cooler"),
    N_("Display card"), N_("Breakout"),
)  # fmt: skip
UNKNOWN = N_("unknown")
COVERAGE = (N_("condition"), N_("description"), N_("image"), N_("listed at"), N_("location"), N_("seller"))
DECISIONS = (N_("accept"), N_("review"), N_("reject"))  # and below, what a person can say of a listing
ROLES = (
    N_("sold"), N_("compatible"), N_("compared"), N_("absent"), N_("wanted"), N_("traded"), N_("stuffed"),
)  # fmt: skip
MARKS = (N_("bought"), N_("ignore"), N_("wrong"))
COMPARISONS = {
    "same_hours": N_("the same hours"), "same_work": N_("the same work"), "same_vram": N_("the same VRAM"),
}  # fmt: skip
FLIPS = (
    N_("cost"), N_("watts"), N_("tariff"), N_("cloud rate"), N_("hours per week"), N_("speed ratio"), N_("salvage"),
    N_("money per kWh"), N_("money per hour"), N_("money"),
)  # fmt: skip
# Rules of the solver, as readers call them.
RULE_NAMES = {
    "above_4g": N_("decoding above 4 GB"), "bios": N_("BIOS version"), "blower": N_("blower coolers"), "case": N_("room in the case"),
    "condition": N_("what the ads admit"), "cores": N_("processor cores"), "cpu_cooler": N_("processor cooler"),
    "cpu_count": N_("number of processors"), "cpu_lanes": N_("lanes of the processor"), "cuda_support": N_("CUDA support"),
    "display": N_("a picture on the screen"), "gpus": N_("number of cards"), "later_connectors": N_("power leads, later"),
    "later_lanes": N_("PCIe lanes, later"), "later_memory": N_("memory, later"), "later_power": N_("power, later"),
    "later_slots": N_("slots, later"), "memory": N_("amount of memory"), "memory_channels": N_("memory channels"),
    "memory_max": N_("most memory"), "memory_registered": N_("registered memory"), "memory_slots": N_("memory slots"),
    "memory_type": N_("type of memory"), "passive_cooling": N_("cooling of passive cards"), "pcie_lanes": N_("PCIe lanes"),
    "power": N_("power"), "processor": N_("a processor"), "psu_connectors": N_("power leads"), "psu_watts": N_("rating of the supply"),
    "server_psu": N_("server supply"), "slots": N_("slots"), "socket": N_("processor socket"), "speed": N_("speed"),
    "sxm": N_("SXM modules"), "vram": N_("VRAM"), "wanted_cards": N_("cards that are asked for"),
}  # fmt: skip
# Facts of the catalog that may be unverified, as readers call them.
FACTS = {
    "x16_slots": N_("the number of x16 slots"), "double_width_gpus": N_("the room for double-width cards"),
    "pcie8": N_("the PCIe 8-pin leads"), "pcie6": N_("the PCIe 6-pin leads"), "eps8": N_("the EPS leads"),
    "psu_watts": N_("the watts of the supply"), "tdp_w": N_("the power draw"), "has_plx": N_("the PLX switch"),
    "above_4g": N_("decoding above 4 GB"), "memory_type": N_("the type of memory"), "memory_slots": N_("the number of memory slots"),
    "memory_max_gb": N_("the most memory it takes"), "takes_registered": N_("that it takes registered memory"),
    "socket": N_("the socket"), "sockets": N_("the number of sockets"), "max_sockets": N_("how many can be paired"),
    "cores": N_("the cores"), "pcie_lanes": N_("the PCIe lanes"), "vram_gb": N_("the VRAM"),
}  # fmt: skip
