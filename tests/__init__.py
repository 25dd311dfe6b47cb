"""Tests, mirroring analytics/."""
