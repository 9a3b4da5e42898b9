"""SQL views for people who bring their own tool (Datasette, DuckDB, pandas): amounts in major units, names spelled out.

v_listings  one row per listing: what it asks, its life, what it sells and why or why not
v_parts     one row per part in a listing's sale
v_prices    one row per observation: what a listing asked from a moment on, until the next row of the same listing
v_daily     one row per part, scope and observed day: n, the figures of what was asked, new, gone, sold
v_builds    one row per target and day: the index of machines
"""

# ISO 4217 currencies whose minor unit is not a hundredth, as tracker.domain.money has them.
_DIVISOR = (
    "CASE WHEN {c} IN ('JPY', 'KRW', 'VND', 'CLP', 'ISK') THEN 1.0 "
    "WHEN {c} IN ('KWD', 'BHD', 'TND') THEN 1000.0 ELSE 100.0 END"
)


# Names of ours only are put into these texts: no value ever comes from outside.
def _major(column: str, currency: str, alias: str) -> str:
    return f"{column} / ({_DIVISOR.format(c=currency)}) AS {alias}"


def _figures(*names: str) -> str:
    return ", ".join(_major(f"d.{name}", "d.currency", name) for name in names)


VIEWS = {
    "v_listings": f"""
        SELECT l.id, l.marketplace, l.external_id, l.title, l.url,
               {_major("l.price_minor", "l.price_currency", "price")}, l.price_currency AS currency, l.price_kind,
               {_major("l.shipping_minor", "l.shipping_currency", "shipping")}, l.shipping_currency,
               l.condition, l.country, l.location, l.seller, l.first_seen, l.last_seen, l.gone_at, l.sold_at,
               l.match_kind AS kind, l.decision, l.reason, l.confidence, l.defect, l.price_part, l.units, l.mark
        FROM listing l""",  # noqa: S608 - names of ours only
    "v_parts": """
        SELECT p.listing_id, p.part, p.qty, p.model, l.decision, l.defect, l.title, l.gone_at
        FROM listing_part p JOIN listing l ON l.id = p.listing_id""",
    "v_prices": f"""
        SELECT o.listing_id, l.price_part AS part, l.units, o.at,
               {_major("o.price_minor", "o.price_currency", "price")}, o.price_currency AS currency, o.price_kind,
               {_major("o.shipping_minor", "o.shipping_currency", "shipping")}, o.shipping_currency,
               o.condition, o.available, l.marketplace, l.country
        FROM observation o JOIN listing l ON l.id = o.listing_id""",  # noqa: S608 - names of ours only
    "v_daily": f"""
        SELECT d.part, d.scope, d.day, d.currency, d.n,
               {_figures("minimum", "lowest", "p10", "p25", "median", "p75", "mean_lowest_five", "sold_median")},
               {_major("(d.p75 - d.p25)", "d.currency", "spread")},
               d.new, d.gone, d.sold, d.unconverted, d.unbelieved
        FROM daily d""",  # noqa: S608 - names of ours only
    "v_builds": f"""
        SELECT b.target, b.day, b.status, {_major("b.total_minor", "b.currency", "total")}, b.currency
        FROM build_day b""",  # noqa: S608 - names of ours only
}
