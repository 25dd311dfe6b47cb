"""Cubes: what columns they have, how they are made and kept, and which of them answers."""
