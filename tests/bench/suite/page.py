# SPDX-License-Identifier: Apache-2.0
"""Puts tables into a page, between two marks."""

from __future__ import annotations

BEGIN = "<!-- tables: begin; ./dev bench --page writes them -->"
END = "<!-- tables: end -->"


def with_tables(page: str, tables: str) -> str:
    """Raises ValueError where the marks are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page lacks the marks between which the tables stand")
    return f"{before}{BEGIN}\n\n{tables.strip()}\n\n{END}{after}"
