# SPDX-License-Identifier: Apache-2.0
"""The commands: each is a module with `add_options` and `run`; the first line of its docstring is its help text."""
