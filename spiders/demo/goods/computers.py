"""Boards, processors, memory and power for sale: alone, as combos, and as whole workstations."""

from spiders.demo.ads import Truth
from spiders.demo.goods.thing import Goods, part
from spiders.demo.vocabulary import Entry, Voice, vocabulary
from tracker.domain.match import Kind, MatchedPart

_BUNDLE_DISCOUNT = 0.95
_PROCESSOR_COUNTS = (1, 1, 1, 1, 1, 2, 2, 4)


def combo(
    voice: Voice, board_entry: Entry | None = None, cpu_entry: Entry | None = None, gb: int | None = None
) -> Goods:
    """A board with processor and memory (`gb`: how much)."""
    board_entry = board_entry or voice.pick(_boards())
    cpu_entry = cpu_entry or voice.pick(processors_for(board_entry))
    memory = voice.pick(_memory_for(cpu_entry, gb))
    count = 2 if board_entry.get("dual") else 1
    names = _times(cpu_entry["names"], count)
    title = voice.say("combo", board=board_entry["names"], cpu=names, ram=memory["names"])
    parts = (_board_part(board_entry), part(cpu_entry["part"], count), part(memory["part"]))
    price = _BUNDLE_DISCOUNT * (board_entry["price"] + count * cpu_entry["price"] + memory["price"])
    return Goods(title, Truth(Kind.BUNDLE, parts), price)


def pair(voice: Voice) -> Goods:
    """A board with processor and no memory."""
    board_entry = voice.pick(_boards())
    cpu_entry = voice.pick(processors_for(board_entry))
    title = voice.say("pair", board=board_entry["names"], cpu=cpu_entry["names"])
    parts = (_board_part(board_entry), part(cpu_entry["part"]))
    return Goods(title, Truth(Kind.BUNDLE, parts), _BUNDLE_DISCOUNT * (board_entry["price"] + cpu_entry["price"]))


def board(voice: Voice) -> Goods:
    """A board alone."""
    entry = voice.pick(_boards())
    title = voice.say("board", board=entry["names"], socket=[_socket(is_amd=entry["part"] == "board:x399")])
    return Goods(title, Truth(Kind.PART, (_board_part(entry),)), entry["price"])


def cpu(voice: Voice) -> Goods:
    """A processor, now and then a few of them."""
    entry = voice.pick(vocabulary("boards")["cpu"])
    count = voice.rng.choice(_PROCESSOR_COUNTS) if "xeon" in entry["part"] else 1
    is_amd = bool(entry.get("amd"))
    if count > 1:
        title = voice.say("lot", n=[str(count)], name=entry["names"], facts=entry["clock"])
    else:
        words = {"cpu": entry["names"], "clock": entry["clock"], "socket": [_socket(is_amd=is_amd)]}
        title = voice.say("amd" if is_amd else "cpu", **words)
    truth = Truth(Kind.PART, (part(entry["part"], count),), trap="lot" if count > 1 else "")
    return Goods(title, truth, entry["price"] * count)


def ram(voice: Voice) -> Goods:
    """Memory."""
    entry = voice.pick(vocabulary("boards")["ram"])
    title = voice.fill("{kit} {?state}", kit=entry["titles"])
    return Goods(title, Truth(Kind.PART, (part(entry["part"]),)), entry["price"])


def psu(voice: Voice, entry: Entry | None = None) -> Goods:
    """A power supply for a PC."""
    entry = entry or voice.pick(vocabulary("psus")["psu"])
    title = voice.say("psu", psu=entry["names"], rating=vocabulary("psus")["rating"]["names"])
    return Goods(title, Truth(Kind.PART, (part(f"psu:{entry['watts']}"),)), entry["price"])


def server_psu(voice: Voice) -> Goods:
    """A server's power supply, with or without a breakout board."""
    entry = voice.pick(vocabulary("psus")["server_psu"])
    truth = Truth(Kind.PART, (part(f"psu:{entry['watts']}"),), trap="server_psu")
    return Goods(voice.rng.choice(entry["names"]), truth, entry["price"])


def workstation(voice: Voice) -> Goods:
    """A used workstation, with or without a card."""
    entry = voice.pick(vocabulary("psus")["workstation"])
    count = 2 if entry.get("dual") else 1
    cpu_entry = voice.pick(_xeons(count))
    memory, card = voice.pick(_memory_for(cpu_entry)), voice.pick(vocabulary("gpus")["gpu"])
    template = voice.rng.choice(voice.words["system"])
    names = _times(cpu_entry["names"], count)
    title = voice.fill(template, system=entry["names"], cpu=names, ram=memory["names"], gpu=card["names"])
    parts = [part(entry["part"]), part(cpu_entry["part"], count), part(memory["part"])]
    price = entry["price"] + count * cpu_entry["price"] + memory["price"]
    if "{gpu}" in template:
        parts.append(part(card["part"]))
        price += card["price"]
    return Goods(title, Truth(Kind.SYSTEM, tuple(parts)), _BUNDLE_DISCOUNT * price)


def processors_for(board_entry: Entry) -> list[Entry]:
    """The processors that fit a board: two-socket boards take no E5-1600, server and Chinese boards come with Xeons."""
    if board_entry["part"] == "board:x399":
        return [entry for entry in vocabulary("boards")["cpu"] if entry.get("amd")]
    xeons = _xeons(2 if board_entry.get("dual") else 1)
    if board_entry.get("chinese") or board_entry["part"] == "board:c612":
        return xeons
    return xeons + [entry for entry in vocabulary("boards")["cpu"] if entry.get("core")]


def _xeons(sockets: int) -> list[Entry]:
    xeons = [entry for entry in vocabulary("boards")["cpu"] if "xeon" in entry["part"]]
    return [entry for entry in xeons if sockets == 1 or "e5-1" not in entry["part"]]


def _memory_for(cpu_entry: Entry, gb: int | None = None) -> list[Entry]:
    registered = "xeon" in cpu_entry["part"]
    kits = [kit for kit in vocabulary("boards")["ram"] if bool(kit.get("registered")) == registered]
    return [kit for kit in kits if gb is None or kit["part"] == f"ram:ddr4:{gb}"]


def _boards() -> list[Entry]:
    return list(vocabulary("boards")["board"])


def _board_part(entry: Entry) -> MatchedPart:
    return part(entry["part"], 1, entry["model"])


def _times(names: list[str], count: int) -> list[str]:
    return names if count == 1 else [f"{count}x {name}" for name in names]


def _socket(*, is_amd: bool) -> str:
    return "TR4" if is_amd else "LGA2011-3"
