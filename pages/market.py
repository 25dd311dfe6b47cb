"""Market: how much technology each province sells and buys, and where the home province stands."""

from analytics.panels import market
from analytics.ui.cards import cards
from analytics.ui.findings_market import market_finding
from analytics.ui.market_view import (
    choice,
    controls,
    market_cards,
    note,
    nothing_printed,
    pair_of,
    provinces_in,
)
from analytics.ui.page import finding, header, records, seen, told
from analytics.ui.panel import panel, row
from analytics.ui.state import viewing

view = viewing()
header("market", view, published=True)
note(view)
with told(view):
    chosen, pair = seen(choice, view), seen(pair_of, view)
    if pair is None:
        nothing_printed(view)
    else:
        cards(market_cards, view, chosen, pair)
        finding(market_finding, view, chosen, pair)

    row(view, (market.map_of(chosen), market.ranks_of(chosen)), (1.45, 1))
    controls(view, chosen)
    row(view, (market.shares_of(chosen), market.gains_of(chosen)))
    row(view, (market.both_of(chosen), market.contracts_of(chosen)))
    panel(market.CITY, view)
    records("tech_market", view, market.dated(view.filters, provinces_in(view.filters)))
