"""`rigscout deals`: offers below their part's usual price, with n and confidence."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext
from tracker.cli.filters import asked, narrowed
from tracker.cli.output import binary_out, text_out
from tracker.cli.terminal import printable

if TYPE_CHECKING:
    from tracker.domain.history import Deal
    from tracker.domain.watch import WatchHit


_COLUMNS = ("offer", "title", "url", "part", "name", "landed", "median", "currency", "percentile", "n", "confidence", "why",
            "cautions", "facts", "extraordinary")  # fmt: skip


@click.command("deals", epilog="Example: rigscout deals --confidence 0.95 --plot deals.png")
@click.option(
    "--confidence", type=click.FloatRange(0, 1), default=0.9, show_default=True, help="The least that is shown."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a deal, one a line; the same as --format json.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Also draw them into a PNG or SVG file.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write there instead of to stdout.")
@narrowed
@click.pass_obj
def command(
    app: AppContext,
    /,
    confidence: float,
    form: str,
    as_json: bool,
    plot: Path | None,
    out: Path | None,
    **filters: str | None,
) -> None:
    """What answers your watches (watches.toml), then the offers that surely stand out below their part's last four weeks.

    The likeliest traps come last. With --json a watch's hit has the key "watch". The filters, CSV and Parquet are for the
    others: with them, watches are left out. --since is the day from which a listing was first seen.
    """
    from tracker.jobs.planning import Planning
    from tracker.jobs.watching import hits_of
    from tracker.services.find_deals import find_deals
    from tracker.services.overview import present

    names = {part.id: part.name for part in app.catalog.parts.values()}
    now, planning = present(app.database, app.now), Planning(app)
    stock = planning.stock(now)
    wanted, form = asked(app, filters), "json" if as_json else form
    hits = [] if wanted or form in ("csv", "parquet") else hits_of(app, planning, stock)
    found = find_deals(
        app.database, stock.offers, now=now, country=app.settings.country, names=names, confidence=confidence
    )
    deals = [deal for deal in found if _passes(deal, wanted)]
    if app.database.is_demo:
        click.echo("demo data: made-up listings, not the market", err=True)
    if plot:
        _draw(app, deals, plot, now.date())
    _write(hits, deals, form, out)
    if not deals:
        click.echo(f"no deals among {len(stock.offers)} offers", err=True)


def _draw(app: AppContext, deals: "Sequence[Deal]", file: Path, today: date) -> None:
    """Each deal on the scale of its part's usual price, with the middle half of the newest day as a band."""
    from reports.price_charts import deals_chart
    from tracker.cli.plot_files import look_for
    from tracker.services.price_history import part_history

    since, parts = today - timedelta(days=28), {deal.part for deal in deals}
    histories = {part: part_history(app.database, part, name=part, since=since, until=today) for part in parts}
    look = look_for(file, demo=app.database.is_demo, height=60 + 30 * len(deals))
    file.write_bytes(deals_chart(deals, histories, look))
    click.echo(f"plot: {file}", err=True)


def _passes(deal: "Deal", wanted: Mapping[str, Any]) -> bool:
    raw = deal.listing.raw
    has = {"part": deal.part, "marketplace": raw.marketplace, "country": raw.country, "condition": raw.condition.value}
    since = wanted.get("since")
    return all(has[name] == value for name, value in wanted.items() if name != "since") and (
        since is None or deal.listing.first_seen.date() >= since
    )


def _write(hits: "Sequence[WatchHit]", deals: "Sequence[Deal]", form: str, out: Path | None) -> None:
    if form == "parquet":
        from sqlalchemy import Boolean, Float, Integer

        from tracker.services.export import write_parquet

        numbers: dict[str, Any] = {
            "percentile": Float(),
            "confidence": Float(),
            "n": Integer(),
            "extraordinary": Boolean(),
        }
        with binary_out(out) as binary:
            write_parquet([_flat(deal) for deal in deals], binary, numbers, _COLUMNS)
        return
    with text_out(out) as stream:
        if form == "csv":
            from tracker.services.export import write_csv

            write_csv([_flat(deal) for deal in deals], stream, _COLUMNS)
            return
        is_json = form == "json"
        lines = [json.dumps(_hit_record(hit), ensure_ascii=False) if is_json else _hit_text(hit) for hit in hits]
        lines += [json.dumps(_record(deal), ensure_ascii=False) if is_json else _text(deal) for deal in deals]
        stream.writelines(f"{line}\n" for line in lines)


def _flat(deal: "Deal") -> dict[str, Any]:
    """A deal as one row: amounts in the currency beside them, lists as sentences."""
    record = _record(deal)
    money = {
        "landed": record["landed"]["amount"],
        "median": record["median"]["amount"],
        "currency": deal.landed.currency,
    }
    words = {name: "; ".join(record[name]) for name in ("cautions", "facts")}
    return {name: (record | money | words)[name] for name in _COLUMNS}


def _hit_record(hit: "WatchHit") -> dict[str, Any]:
    return {
        "watch": hit.watch, "offer": hit.subject, "title": hit.title, "url": hit.url, "landed": hit.landed.as_record(),
        "limit": hit.limit.as_record(), "condition": hit.condition or None, "facts": list(hit.facts),
    }  # fmt: skip


def _hit_text(hit: "WatchHit") -> str:
    limit = f"{hit.limit_words}, {hit.limit}" if hit.limit_words else str(hit.limit)
    lines = [f"watch {hit.watch}: {hit.landed} (limit {limit})", f"  {hit.subject}  {hit.title}"]
    lines += [f"  {line}" for line in (hit.url, *hit.facts) if line]
    return printable("\n".join(lines))


def _record(deal: "Deal") -> dict[str, Any]:
    raw = deal.listing.raw
    return {
        "offer": f"{raw.marketplace}:{raw.external_id}", "title": raw.title, "url": raw.url, "part": deal.part,
        "name": deal.name, "landed": deal.landed.as_record(), "median": deal.median.as_record(),
        "percentile": round(deal.percentile, 1), "n": deal.n, "confidence": round(deal.confidence, 3), "why": deal.why,
        "cautions": list(deal.cautions), "facts": list(deal.facts), "extraordinary": deal.extraordinary,
    }  # fmt: skip


def _text(deal: "Deal") -> str:
    raw = deal.listing.raw
    lines = [
        f"{deal.name}: {deal.landed} (median {deal.median}, n {deal.n}, confidence {min(deal.confidence, 0.99):.0%})",
        f"  {raw.marketplace}:{raw.external_id}  {raw.title}",
        f"  {raw.url}",
        f"  {deal.why}",
        *(f"  {fact}" for fact in deal.facts),
        *(f"  careful: {caution}" for caution in deal.cautions),
    ]
    return printable("\n".join(lines))
