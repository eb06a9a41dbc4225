# SPDX-License-Identifier: Apache-2.0
"""What the client decides: roots, features, strictness. Names as in the initializationOptions."""

from __future__ import annotations

import os
from dataclasses import dataclass

from idlc.lsp.json_rpc import Params

SECTION = "ferrule-idl"
"""The name under which VS Code keeps these settings."""


@dataclass(frozen=True)
class Settings:
    """`import_roots` empty: the workspace folders are the roots."""

    import_roots: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    is_strict: bool = False
    lints: bool = False
    """Also show what `idlc lint` finds."""

    def changed(self, options: Params, base: str) -> Settings:
        """With all that `options` names; relative roots begin in the folder `base`."""
        roots, features = options.maybe("importRoots"), options.maybe("features")
        strict, lint = options.maybe("strict").value, options.maybe("lint").value
        return Settings(
            self.import_roots
            if roots.is_null
            else tuple(os.path.normpath(os.path.join(base, item.text)) for item in roots.items),
            self.features if features.is_null else frozenset(item.text for item in features.items),
            strict if isinstance(strict, bool) else self.is_strict,
            lint if isinstance(lint, bool) else self.lints,
        )
