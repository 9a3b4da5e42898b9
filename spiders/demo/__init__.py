"""The demo market: a made-up market of used parts, served on this machine in the shape of real sites.

`world.make_world(seed, days, listings)` is the market: every ad with its truth, its price and state on every day.
`server.DemoMarket(world)` serves it, a loopback port a site, as it stands on `market.day`; `market.behaviour["ebay"]`
makes a site misbehave. `past.Past` gives past days without HTTP. `sites.SEARCHES` finds nearly all of it.

Titles come from `vocabulary/*.toml` through `goods/`; `staples` keeps every target buildable; `asking` and `selling`
give prices, lives and terms; `search`, `routes` and `pages/` answer as the sites do. Nothing here is a captured text.
"""
