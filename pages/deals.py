"""Deals: how much was contracted, in what, between whom."""

from analytics.panels import deals
from analytics.ui.cards import Card, cards
from analytics.ui.controls import basis_and_side
from analytics.ui.findings import deals_finding
from analytics.ui.page import finding, header, records
from analytics.ui.panel import row
from analytics.ui.state import viewing

view = viewing()
header("deals", view)
basis_and_side(view)
cards(
    [
        Card("deals.value", worse="down"),
        Card("deals.contracts", worse="down"),
        Card("deals.average"),
        Card("deals.median"),
        Card("deals.per_event", worse="down"),
        Card("deals.crossing_share"),
    ],
    view,
)
finding(deals_finding, view)

row(view, (deals.TREND, deals.INDUSTRY), widths=(1.45, 1))
row(view, (deals.FLOW, deals.MATRIX))
row(view, (deals.FIELDS, deals.TICKETS))
row(view, (deals.EVENTS, deals.CROSSING))
records("deals", view)
