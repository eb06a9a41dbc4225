# SPDX-License-Identifier: Apache-2.0
"""The language server, `idlc lsp`: the Language Server Protocol 3.17 over the front end that all commands share.

From the outside in: `framing` cuts bytes into messages, `serve` reads ahead and lets diagnostics wait until nothing else
does, `server` knows the life of a session and who answers what, `project` holds the texts and what the compiler makes of
them, and each of the other files is one thing an editor can ask for.
"""

from idlc.lsp.serve import serve

__all__ = ["serve"]
