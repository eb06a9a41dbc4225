# SPDX-License-Identifier: Apache-2.0
"""Diagnostics: what is wrong, where, and what to do. `rules` has all of them; `render` prints them."""

from idlc.diagnostics.diagnostic import Diagnostic, Diagnostics, Note
from idlc.diagnostics.rule import Message, Rule, Severity

__all__ = ["Diagnostic", "Diagnostics", "Message", "Note", "Rule", "Severity"]
