"""Published claims: does what was once said in public agree with the records?"""

from analytics.panels import claims
from analytics.ui.claims_list import claims_list
from analytics.ui.claims_view import claims_finding, verdict_cards
from analytics.ui.page import finding, header
from analytics.ui.panel import panel
from analytics.ui.state import viewing

view = viewing()
header("claims", view)
verdict_cards(view)
finding(claims_finding, view)
panel(claims.STRIP, view)
claims_list(view)
