# SPDX-License-Identifier: Apache-2.0
"""The command line. `./dev bench` builds the programs and starts this."""

from __future__ import annotations

import sys

from .command import main

sys.exit(main(sys.argv[1:]))
