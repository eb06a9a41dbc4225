# SPDX-License-Identifier: Apache-2.0
"""All families, in the order of their numbers."""

from __future__ import annotations

from idlc.checks import (
    attributes,
    contexts,
    enums,
    imported_names,
    methods,
    names,
    ordinals,
    recursion,
    stable,
    types,
    unions,
    values,
    versions,
)
from idlc.diagnostics import Diagnostics
from idlc.resolve import Resolved

FAMILIES = (
    names,
    imported_names,
    types,
    recursion,
    ordinals,
    versions,
    values,
    enums,
    unions,
    attributes,
    methods,
    stable,
    contexts,
)


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for family in FAMILIES:
        family.run(resolved, diagnostics)
