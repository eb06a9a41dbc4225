# SPDX-License-Identifier: Apache-2.0
"""The nearest known spelling of a mistyped word."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_WORD = 64
"""Longer words get no suggestion: the distance costs the product of the lengths."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or "" if none is near."""
    nearest = nearest_word(word, known)
    return f"did you mean '{nearest}'?" if nearest else ""


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    if len(word) > LONGEST_WORD:
        return None
    limit = max(1, len(word) // 3)
    best: tuple[int, str] | None = None
    for candidate in sorted(set(known)):
        if candidate == word or abs(len(candidate) - len(word)) > limit:
            continue
        distance = edit_distance(word, candidate)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None


def edit_distance(one: str, other: str) -> int:
    """How many letters must be added, dropped, changed or swapped with their neighbour; case counts little."""
    if one.lower() == other.lower():
        return 0 if one == other else 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        previous, row = row, [i] + [0] * len(other)
        for j, wanted in enumerate(other, 1):
            row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], before[j - 2] + 1)
        before = previous
    return row[-1]
