"""Codes that may stand in the records, each list once."""

CHANNELS = ("expo", "centre", "showroom", "base", "other")
EVENT_CHANNELS = ("expo", "centre", "showroom", "base")
EVENT_KINDS = ("forum", "matchmaking", "roadshow", "salon", "investor")
ORGANISATION_KINDS = (
    "enterprise",
    "university",
    "institute",
    "hospital",
    "society",
    "park",
    "government",
    "bank",
    "fund",
)
TIERS = ("technology_sme", "high_tech", "little_giant", "unicorn", "listed")
CONTRACT_TYPES = ("development", "assignment", "licence", "consulting", "services")
OUTCOMES = ("entered", "returned", "stalled", "ended")
STATION_KINDS = ("academician", "expert", "society", "county")
STATION_STATES = ("active", "warned", "closed")
PRECISIONS = ("day", "month", "year")
ZONES = ("industry", "international", "gba", "society", "university", "start_up")
STAGES = (
    "collected",
    "screened",
    "cultivated",
    "proof_of_concept",
    "pilot",
    "matched",
    "listed",
    "contracted",
    "landed",
    "incubated",
)
STRATEGIC = "('1', '2', '3', '4', '5', '6', '7', '8', '9')"
"""The nine strategic emerging areas, as SQL writes a list."""
