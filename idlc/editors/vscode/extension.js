// SPDX-License-Identifier: Apache-2.0
// Starts `idlc lsp` and hands it the settings. All that the editor shows comes from there.
"use strict";

const vscode = require("vscode");

const SECTION = "ferrule-idl";
let client;

function load_client() {
  try {
    return require("vscode-languageclient/node");
  } catch (error) {
    vscode.window.showWarningMessage(
      "Ferrule IDL: highlighting only. Run `npm install` in the extension's folder to use the language server.");
    return undefined;
  }
}

function settings() {
  const all = vscode.workspace.getConfiguration(SECTION);
  const found = { features: all.get("features"), strict: all.get("strict"), lint: all.get("lint") };
  const roots = all.get("importRoots");
  // An empty list means: the workspace folders.
  return roots.length > 0 ? { ...found, importRoots: roots } : found;
}

async function activate(context) {
  const library = load_client();
  const [command, ...options] = vscode.workspace.getConfiguration(SECTION).get("command");
  if (library === undefined || !command) {
    return;
  }
  client = new library.LanguageClient(
    SECTION, "Ferrule IDL", { command, args: [...options, "lsp"] },
    { documentSelector: [{ language: SECTION }], initializationOptions: settings() });
  context.subscriptions.push(vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) {
      client.sendNotification("workspace/didChangeConfiguration", { settings: settings() });
    }
  }));
  await client.start();
}

function deactivate() {
  return client === undefined ? undefined : client.stop();
}

module.exports = { activate, deactivate };
