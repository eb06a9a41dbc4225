# SPDX-License-Identifier: Apache-2.0
"""A session: initialize, then requests and notifications, then shutdown and exit.

Whatever arrives, the session goes on. A request is always answered, at worst with an error; a notification that makes no
sense is written to the client's log.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from idlc import __version__
from idlc.lsp import completion, formatting, hover, navigation, outline, problems, rename
from idlc.lsp.documents import changed, opened
from idlc.lsp.json_rpc import Code, Json, Params, RpcError
from idlc.lsp.project import Project
from idlc.lsp.settings import SECTION, Settings
from idlc.lsp.uris import path_of

REQUESTS: Mapping[str, Callable[[Project, Params], Json]] = {
    "textDocument/completion": completion.complete,
    "textDocument/codeAction": problems.quick_fixes,
    "textDocument/definition": navigation.definition,
    "textDocument/documentHighlight": navigation.highlights,
    "textDocument/documentSymbol": outline.document_symbols,
    "textDocument/formatting": formatting.format_document,
    "textDocument/hover": hover.hover,
    "textDocument/prepareRename": rename.prepare_rename,
    "textDocument/references": navigation.references,
    "textDocument/rename": rename.rename,
    "workspace/symbol": outline.workspace_symbols,
}

CAPABILITIES: Json = {
    "positionEncoding": "utf-16",
    "textDocumentSync": {"openClose": True, "change": 2, "save": True},
    "completionProvider": {"triggerCharacters": [".", "<", "[", '"']},
    "codeActionProvider": {"codeActionKinds": ["quickfix"]},
    "definitionProvider": True,
    "documentHighlightProvider": True,
    "documentSymbolProvider": True,
    "documentFormattingProvider": True,
    "hoverProvider": True,
    "referencesProvider": True,
    "renameProvider": {"prepareProvider": True},
    "workspaceSymbolProvider": True,
    "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
}

_WATCHED: Json = {
    "registrations": [
        {
            "id": "watch-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": [{"globPattern": "**/*.{idl,mojom}"}]},
        }
    ]
}


class Server:
    """`send` takes whole messages. `status` is the exit status once the session is over."""

    def __init__(self, settings: Settings, send: Callable[[Json], None]) -> None:
        self._project = Project(settings)
        self._send = send
        self._is_initialized = self._is_shut_down = False
        self._watches_files = False
        self._has_news = False
        """True if diagnostics may differ from those the client has."""
        self._shown: dict[str, Json] = {}
        """By URI: the diagnostics the client has."""
        self.status: int | None = None

    # --- what arrives

    def handle(self, message: Json, *, is_cancelled: bool = False) -> None:
        if not isinstance(message, dict) or not isinstance(message.get("method", ""), str):
            self.fail(None, RpcError(Code.INVALID_REQUEST, "the message is not a request"))
        elif "method" not in message:
            if "result" not in message and "error" not in message:  # else it answers a request of ours
                self.fail(None, RpcError(Code.INVALID_REQUEST, "the message has no method"))
        elif "id" not in message:
            self._notification(str(message["method"]), Params(message.get("params")))
        elif not isinstance(message["id"], (int, str)):
            self.fail(None, RpcError(Code.INVALID_REQUEST, "the id is neither a number nor a string"))
        else:
            self._request(message, is_cancelled)

    def fail(self, id_: Json, reason: RpcError) -> None:
        self._send({"jsonrpc": "2.0", "id": id_, "error": {"code": int(reason.code), "message": str(reason)}})

    def _request(self, message: dict[str, Json], is_cancelled: bool) -> None:
        id_ = message["id"]
        try:
            if is_cancelled:
                raise RpcError(Code.REQUEST_CANCELLED, "cancelled")
            result = self._answer(str(message["method"]), Params(message.get("params")))
            self._send({"jsonrpc": "2.0", "id": id_, "result": result})
        except RpcError as reason:
            self.fail(id_, reason)
        except Exception as bug:  # pylint: disable=broad-except
            self.fail(id_, RpcError(Code.INTERNAL_ERROR, f"a bug in idlc: {type(bug).__name__}: {bug}"))

    def _notification(self, method: str, params: Params) -> None:
        try:
            self._take_note(method, params)
        except RpcError as reason:
            self._log(f"{method}: {reason}")
        except Exception as bug:  # pylint: disable=broad-except
            self._log(f"{method}: a bug in idlc: {type(bug).__name__}: {bug}")

    # --- requests

    def _answer(self, method: str, params: Params) -> Json:
        if self._is_shut_down:
            raise RpcError(Code.INVALID_REQUEST, "the session is shut down")
        if method == "initialize":
            return self._initialize(params)
        if not self._is_initialized:
            raise RpcError(Code.NOT_INITIALIZED, "initialize comes first")
        if method == "shutdown":
            self._is_shut_down = True
            return None
        if method not in REQUESTS:
            raise RpcError(Code.METHOD_NOT_FOUND, f"'{method[:100]}' is not supported")
        return REQUESTS[method](self._project, params)

    def _initialize(self, params: Params) -> Json:
        if self._is_initialized:
            raise RpcError(Code.INVALID_REQUEST, "initialize comes once")
        folders = params.maybe("workspaceFolders")
        if not folders.is_null:
            found = [path_of(item.get("uri").text) for item in folders.items]
        else:
            root = params.maybe("rootUri")
            found = [] if root.is_null else [path_of(root.text)]
        self._project.folders = tuple(found)
        self._set(params.maybe("initializationOptions"))
        watching = params.maybe("capabilities").maybe("workspace").maybe("didChangeWatchedFiles")
        self._watches_files = watching.maybe("dynamicRegistration").is_true
        self._is_initialized = True
        return {"capabilities": CAPABILITIES, "serverInfo": {"name": "idlc", "version": __version__}}

    # --- notifications

    def _take_note(self, method: str, params: Params) -> None:
        if method == "exit":
            self.status = 0 if self._is_shut_down else 1
        elif not self._is_initialized or self._is_shut_down:
            return
        elif method == "initialized":
            if self._watches_files:
                request: Json = {"jsonrpc": "2.0", "id": "watch", "method": "client/registerCapability"}
                assert isinstance(request, dict)
                self._send({**request, "params": _WATCHED})
        elif method in ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"):
            self._text(method, params)
            self._changed()
        elif method in ("workspace/didChangeWatchedFiles", "textDocument/didSave"):
            self._changed()
        elif method == "workspace/didChangeConfiguration":
            given = params.maybe("settings")
            self._set(given if given.maybe(SECTION).is_null else given.maybe(SECTION))
            self._changed()
        elif method == "workspace/didChangeWorkspaceFolders":
            self._change_folders(params.get("event"))
            self._changed()

    def _text(self, method: str, params: Params) -> None:
        documents = self._project.documents
        path = path_of(params.get("textDocument").get("uri").text)
        if method == "textDocument/didOpen":
            documents[path] = opened(params.get("textDocument"))
        elif path not in documents:
            raise RpcError(Code.INVALID_PARAMS, "the document is not open")
        elif method == "textDocument/didChange":
            documents[path] = changed(documents[path], params)
        else:
            del documents[path]

    def _set(self, options: Params) -> None:
        folders = self._project.folders
        base = folders[0] if folders else os.getcwd()
        self._project.settings = self._project.settings.changed(options, base)

    def _change_folders(self, event: Params) -> None:
        removed = [path_of(item.get("uri").text) for item in event.get("removed").items]
        added = [path_of(item.get("uri").text) for item in event.get("added").items]
        kept = [folder for folder in self._project.folders if folder not in removed]
        self._project.folders = tuple(dict.fromkeys((*kept, *added)))

    def _changed(self) -> None:
        self._project.changed()
        self._has_news = True

    # --- diagnostics

    def idle(self) -> None:
        """To be called when no message waits: the time to look at all open files."""
        if not self._has_news:
            return
        self._has_news = False
        try:
            self._publish()
        except Exception as bug:  # pylint: disable=broad-except
            self._log(f"a bug in idlc: {type(bug).__name__}: {bug}")

    def _publish(self) -> None:
        project, shown = self._project, self._shown
        found: dict[str, Json] = {}
        versions: dict[str, int | None] = {}
        for path, items in problems.problems_of_open_files(project).items():
            uri = project.uri(path)
            found[uri] = [problems.problem(project, item) for item in items]
            versions[uri] = project.documents[path].version if path in project.documents else None
        for uri in sorted({*found, *shown}):
            # An open document is always told of, so that the client knows which version was looked at.
            if versions.get(uri) is None and found.get(uri, []) == shown.get(uri, []):
                continue
            params: dict[str, Json] = {"uri": uri, "diagnostics": found.get(uri, [])}
            if (version := versions.get(uri)) is not None:
                params["version"] = version
            self._send({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params})
        self._shown = {uri: items for uri, items in found.items() if items}

    def _log(self, text: str) -> None:
        params: Json = {"type": 2, "message": text}
        self._send({"jsonrpc": "2.0", "method": "window/logMessage", "params": params})
