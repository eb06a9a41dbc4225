# SPDX-License-Identifier: Apache-2.0
"""Compares two states of the same files and reports every change that breaks the wire or the source."""

from idlc.breaking.run import run

__all__ = ["run"]
