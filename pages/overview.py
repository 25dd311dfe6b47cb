"""Overview: the whole system at a glance; each part leads to its page."""

from analytics.ui.page import header
from analytics.ui.state import viewing

view = viewing()
header("overview", view)
