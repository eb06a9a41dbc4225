# SPDX-License-Identifier: Apache-2.0
"""The pass from a resolved and checked tree to the IR. It reports nothing: what reaches it is correct."""

from idlc.lower.run import run

__all__ = ["run"]
