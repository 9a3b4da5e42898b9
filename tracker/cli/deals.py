"""`rigscout deals`: offers below their part's usual price, with n and confidence."""

import json
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext
from tracker.cli.terminal import printable

if TYPE_CHECKING:
    from tracker.domain.history import Deal
    from tracker.domain.watch import WatchHit


@click.command("deals", epilog="Example: rigscout deals --confidence 0.95 --json")
@click.option(
    "--confidence", type=click.FloatRange(0, 1), default=0.9, show_default=True, help="The least that is shown."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a deal, one a line.")
@click.pass_obj
def command(app: AppContext, confidence: float, as_json: bool) -> None:
    """What answers your watches (watches.toml), then the offers that surely stand out below their part's last four weeks.

    The likeliest traps come last. With --json a watch's hit has the key "watch".
    """
    from tracker.jobs.planning import Planning
    from tracker.jobs.watching import hits_of
    from tracker.services.find_deals import find_deals
    from tracker.services.overview import present

    names = {part.id: part.name for part in app.catalog.parts.values()}
    now, planning = present(app.database, app.now), Planning(app)
    stock = planning.stock(now)
    hits = hits_of(app, planning, stock)
    deals = find_deals(
        app.database, stock.offers, now=now, country=app.settings.country, names=names, confidence=confidence
    )
    if app.database.is_demo:
        click.echo("demo data: made-up listings, not the market", err=True)
    for hit in hits:
        click.echo(json.dumps(_hit_record(hit), ensure_ascii=False) if as_json else _hit_text(hit))
    for deal in deals:
        click.echo(json.dumps(_record(deal), ensure_ascii=False) if as_json else _text(deal))
    if not deals:
        click.echo(f"no deals among {len(stock.offers)} offers", err=True)


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
        f"{deal.name}: {deal.landed} (median {deal.median}, n {deal.n}, confidence {deal.confidence:.0%})",
        f"  {raw.marketplace}:{raw.external_id}  {raw.title}",
        f"  {raw.url}",
        f"  {deal.why}",
        *(f"  {fact}" for fact in deal.facts),
        *(f"  careful: {caution}" for caution in deal.cautions),
    ]
    return printable("\n".join(lines))
