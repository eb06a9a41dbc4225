# SPDX-License-Identifier: Apache-2.0
"""`python -m idlc`."""

import sys

from idlc.cli import main

if __name__ == "__main__":
    sys.exit(main())
