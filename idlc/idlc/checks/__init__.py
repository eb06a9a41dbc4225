# SPDX-License-Identifier: Apache-2.0
"""The pass that finds what is wrong in a resolved tree. One family of rules a file, each with a function `run`."""

from idlc.checks.run import run

__all__ = ["run"]
