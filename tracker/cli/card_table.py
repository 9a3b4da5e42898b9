"""What each card's price buys, as a table or as JSON lines: the price-for-money figures of the cards on offer."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext
from tracker.cli.terminal import printable

if TYPE_CHECKING:
    from tracker.domain.build import Offer
    from tracker.domain.money import Money, Rates
    from tracker.domain.report import CardValue


def show_cards(app: AppContext, offers: "Sequence[Offer]", rates: "Rates", workload: str, *, as_json: bool) -> None:
    """Print one line a card on offer, the cheapest GB of VRAM first; what is not known of a card is said to be so."""
    from tracker.cloud import load_cloud
    from tracker.rental.value import card_values

    cloud = load_cloud(app.layers, app.data)
    lines = card_values(
        offers, app.catalog, cloud=cloud, rates=rates, currency=app.settings.currency, workload=workload
    )
    if as_json:
        for line in lines:
            click.echo(json.dumps(_record(line), ensure_ascii=False))
    else:
        _table(app, lines, workload)


def _record(line: "CardValue") -> dict[str, Any]:
    def amount(money: "Money | None") -> dict[str, str] | None:
        return None if money is None else money.as_record()

    return {
        "part": line.part,
        "price": line.price.as_record(),
        "vram_gb": line.vram_gb,
        "per_gb_vram": amount(line.per_gb_vram),
        "per_tflop": amount(line.per_tflop),
        "per_gbs": amount(line.per_gbs),
        "per_a10g": amount(line.per_a10g),
        "workload": line.workload,
        "confidence": line.confidence,
        "url": line.url,
    }


def _table(app: AppContext, lines: "Sequence[CardValue]", workload: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="what a card's price buys, each by its cheapest offer", title_justify="left")
    table.add_column("card")
    for name in ("price", "a GB of VRAM", "a TFLOP (FP32)", "a GB/s", f"an A10G's speed ({escape(workload)})"):
        table.add_column(name, justify="right")
    table.add_column("speed is")
    for line in lines:
        figures = (line.price, line.per_gb_vram, line.per_tflop, line.per_gbs, line.per_a10g)
        said = ["unknown" if figure is None else str(figure) for figure in figures]
        table.add_row(escape(printable(line.name)), *said, escape(printable(line.confidence)))
    app.out.print(table)
