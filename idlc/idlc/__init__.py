# SPDX-License-Identifier: Apache-2.0
"""The Ferrule interface compiler."""

__version__ = "0.1.0"
