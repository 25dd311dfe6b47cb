"""Pairs of rows and columns with the greatest sum of weights, each used once."""

from __future__ import annotations

import math
from collections.abc import Mapping


def assign(weights: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """The best pairing (Hungarian method, O(rows² x columns)); pairs without weight are no pairs.

    Args:
        weights: Weight above 0 of each possible pair. Of equal pairings the first named wins.
    """
    rows = list(dict.fromkeys(row for row, _ in weights))
    columns = list(dict.fromkeys(column for _, column in weights))
    # As many empty columns as rows: a row may stay without a partner.
    costs = [
        [-weights.get((row, column), 0.0) for column in columns] + [0.0] * len(rows) for row in rows
    ]
    partners = _cheapest(costs)
    return {
        row: columns[partner]
        for row, partner in zip(rows, partners, strict=True)
        if partner < len(columns) and (row, columns[partner]) in weights
    }


def _cheapest(costs: list[list[float]]) -> list[int]:
    """Column of each row so that the sum of costs is least; the columns are no fewer."""
    height, width = len(costs), len(costs[0]) if costs else 0
    of_row, of_column = [0.0] * (height + 1), [0.0] * (width + 1)
    owner = [0] * (width + 1)
    for row in range(1, height + 1):
        owner[0], place = row, 0
        least, before, seen = [math.inf] * (width + 1), [0] * (width + 1), [False] * (width + 1)
        while owner[place]:
            seen[place] = True
            delta, following, current = math.inf, 0, owner[place]
            for column in range(1, width + 1):
                if seen[column]:
                    continue
                cost = costs[current - 1][column - 1] - of_row[current] - of_column[column]
                if cost < least[column]:
                    least[column], before[column] = cost, place
                if least[column] < delta:
                    delta, following = least[column], column
            for column in range(width + 1):
                if seen[column]:
                    of_row[owner[column]] += delta
                    of_column[column] -= delta
                else:
                    least[column] -= delta
            place = following
        while place:
            owner[place] = owner[before[place]]
            place = before[place]
    found = [0] * height
    for column in range(1, width + 1):
        if owner[column]:
            found[owner[column] - 1] = column - 1
    return found
