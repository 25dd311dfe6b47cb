"""Published claims: what was once said in public, beside what the records say now."""

from analytics.claims.declared import CHECKS, REASONS
from analytics.claims.evaluation import evaluate, outcome, table, verdict_counts
from analytics.claims.reading import claims_file, read_claims
from analytics.claims.types import VERDICTS, Check, Claim, Outcome, Records, Verdict

__all__ = [
    "CHECKS",
    "REASONS",
    "VERDICTS",
    "Check",
    "Claim",
    "Outcome",
    "Records",
    "Verdict",
    "claims_file",
    "evaluate",
    "outcome",
    "read_claims",
    "table",
    "verdict_counts",
]
