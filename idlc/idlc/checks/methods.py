# SPDX-License-Identifier: Apache-2.0
"""The attributes of methods that need each other: NoInterrupt needs Sync, Sync needs a response."""

from __future__ import annotations

from idlc import attributes
from idlc.diagnostics import Diagnostics, rules
from idlc.resolve import Resolved
from idlc.walk import methods_of


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for item in file.tree.definitions:
            for method in methods_of(item):
                is_sync = attributes.is_on(method, "Sync")
                name = method.name
                if is_sync and method.response is None:
                    hint = "add '=> ()' for an empty response"
                    diagnostics.report(rules.sync_without_response(name.text), name.span, hint=hint)
                if attributes.is_on(method, "NoInterrupt") and not is_sync:
                    hint = "add Sync: the attribute says what happens while a synchronous call waits"
                    diagnostics.report(rules.no_interrupt_without_sync(name.text), name.span, hint=hint)
