# SPDX-License-Identifier: Apache-2.0
"""Looks for what is correct but unwise. Each family of rules is a module with `run(subject, diagnostics)`."""

from idlc.lint.run import run

__all__ = ["run"]
