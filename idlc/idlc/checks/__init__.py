# SPDX-License-Identifier: Apache-2.0
"""The pass that finds what is wrong in a resolved tree; one family of rules a file, each `run(resolved, diagnostics)`."""

from idlc.checks.run import run

__all__ = ["run"]
