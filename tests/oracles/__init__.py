"""What the file of each panel should hold, by pandas on the records alone, one module a page.

`ORACLES` gives for each panel's key a function of what the visitor selected, and of the values
that the panel's query is given, to the table that the file should hold. It starts from the
visitor's own selection: what a panel leaves out of it, or adds, is told here once more.

Nothing of the project is imported here; a test holds that.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from tests.oracles import bases, claims, deals, expos, market, overview, pipeline, workstations

Oracle = Callable[..., pd.DataFrame]

ORACLES: dict[str, Oracle] = {
    key: oracle
    for page in (overview, expos, deals, workstations, bases, pipeline, market, claims)
    for key, oracle in page.ORACLES.items()
}
