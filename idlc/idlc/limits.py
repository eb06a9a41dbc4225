# SPDX-License-Identifier: Apache-2.0
"""Limits that keep a hostile or broken file from stopping the compiler; each is far above what people write."""

MAX_FILE_BYTES = 64 << 20
"""A larger file is surely not an IDL file; reading it would only fill memory."""

MAX_TYPE_DEPTH = 64
"""`array<array<...>>`: types are walked by recursion, so their depth must stay below Python's own limit."""

MAX_SYNTAX_ERRORS = 50
"""After so many in one file the rest would be noise."""

MAX_UINT32 = 0xFFFFFFFF
"""Ordinals, versions and array sizes travel as uint32."""
