"""A bounded part of the fuzz run; `python -m tests.intake.fuzz 2000` tries the rest."""

from __future__ import annotations

import os
from pathlib import Path

from tests.intake.fuzz import run

CASES = int(os.environ.get("FUZZ_CASES", "60"))


def test_every_import_ends_published_or_explained(tmp_path: Path) -> None:
    account = run(CASES, tmp_path)
    assert not account.failures, "\n".join(
        f"{outcome}\n{trace}" for outcome, (_, trace) in account.failures.items()
    )
    assert account.cases >= CASES
    assert {"published", "explained"} <= {said.partition(":")[0] for said in account.outcomes}
