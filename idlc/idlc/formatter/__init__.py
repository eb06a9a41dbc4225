# SPDX-License-Identifier: Apache-2.0
"""Lays out the text of a file: the same words and comments, in one form."""

from idlc.formatter.run import UnsafeLayout, run

__all__ = ["UnsafeLayout", "run"]
