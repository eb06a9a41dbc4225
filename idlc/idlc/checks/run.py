# SPDX-License-Identifier: Apache-2.0
"""All families, in the order of their numbers."""

from __future__ import annotations

from idlc.diagnostics import Diagnostics
from idlc.resolve import Resolved


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    pass
