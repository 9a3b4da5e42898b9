"""What is said of a machine in words: what it is, what its low price hides, and whether to rent or to buy."""

from reports.formats import Formats
from tracker.domain.build import Build
from tracker.domain.rental import RentOrBuy


def specs(build: Build, formats: Formats) -> tuple[str, ...]:
    """What the machine is, in short words; what is unknown is left out here and stands among its rules."""
    known = []
    if build.vram_gb and build.devices > 1:
        vram = {"vram": build.vram_gb, "devices": build.devices}
        known.append(formats.gettext("%(vram)s GB VRAM on %(devices)s devices", **vram))
    elif build.vram_gb:
        known.append(formats.gettext("%(vram)s GB VRAM", vram=build.vram_gb))
    if build.ram_gb is not None:
        known.append(formats.gettext("%(ram)s GB memory", ram=build.ram_gb))
    if build.cores is not None:
        known.append(formats.ngettext("%(count)s core", "%(count)s cores", build.cores))
    if build.peak_watts is not None:
        known.append(formats.gettext("%(watts)s W peak", watts=build.peak_watts))
    return tuple(known)


def what_it_hides(build: Build, rent: RentOrBuy | None, formats: Formats) -> tuple[str, ...]:
    """What a low price does not say of used cards: heat and power, speed, and what they are no good for."""
    return _heat(build, rent, formats), _speed(build, rent, formats), _training(build, formats)


def _heat(build: Build, rent: RentOrBuy | None, formats: Formats) -> str:
    if build.peak_watts is None:
        return formats.gettext("Heat and power draw: not known; all of it warms the room, and the fans are heard.")
    if rent is None:
        return formats.gettext(
            "Heat and power draw: up to %(watts)s W; all of it warms the room, and the fans are heard.",
            watts=build.peak_watts,
        )
    return formats.gettext(
        "Heat and power draw: up to %(watts)s W (%(hour)s an hour of use); all of it warms the room, and the fans are heard.",
        watts=build.peak_watts, hour=rent.electricity_per_hour,
    )  # fmt: skip


def _speed(build: Build, rent: RentOrBuy | None, formats: Formats) -> str:
    if build.speed is not None:
        words = {"speed": formats.number(build.speed, 2)}
        if build.speed < 1:
            return formats.gettext("Lower speed: %(speed)s × one A10G, the GPU of g5.", **words)
        return formats.gettext("Speed: %(speed)s × one A10G, the GPU of g5, where work splits over its GPUs.", **words)
    rows = rent.comparisons if rent else ()
    same = next((row for row in rows if row.name == "same_work" and not row.unknown and row.cloud_hours), None)
    if rent is None or same is None or not same.cloud_hours:
        return formats.gettext("Speed against one A10G, the GPU of g5: not known.")
    share = same.hours / same.cloud_hours
    values = {"instance": rent.instance.name, "weeks": formats.number(share, 2)}
    if share >= 1:
        return formats.gettext("Lower speed: a week's work of %(instance)s takes it %(weeks)s weeks.", **values)
    return formats.gettext("Speed: a week's work of %(instance)s takes it %(weeks)s weeks.", **values)


def _training(build: Build, formats: Formats) -> str:
    return formats.ngettext(
        "Not for training large models: %(vram)s GB on one device is for inference, small fine-tunes, learning.",
        "Not for training large models: %(vram)s GB on %(count)s devices is for inference, small fine-tunes, learning.",
        build.devices, vram=build.vram_gb,
    )  # fmt: skip


def rented(build: Build, rent: RentOrBuy, formats: Formats) -> str:
    """The instance, and how many of its GPUs the week's price is for: as many as the machine has cards (figures A2)."""
    cards, gpus = sum(build.cards.values()), rent.instance.gpus
    if not 0 < cards < gpus:
        return rent.instance.name
    return formats.gettext("%(name)s, %(cards)s of its %(gpus)s GPUs", name=rent.instance.name, cards=cards, gpus=gpus)


def rent_why(rent: RentOrBuy, formats: Formats) -> str:
    """The answer with its reason: "Buy: a year at 168 hours a week costs …"."""
    answer = formats.gettext("Buy") if rent.answer == "buy" else formats.gettext("Rent")
    return formats.gettext("%(answer)s: %(reason)s", answer=answer, reason=formats.say(rent.why))
