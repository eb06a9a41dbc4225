# SPDX-License-Identifier: Apache-2.0
"""The pass that gives every name its meaning: types, constants, enum values, attribute values."""

from idlc.resolve.resolved import Resolved
from idlc.resolve.run import run

__all__ = ["Resolved", "run"]
