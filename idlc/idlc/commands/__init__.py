# SPDX-License-Identifier: Apache-2.0
"""The commands: each is a module with `add_options`, `run` and `EXAMPLES`.

The first line of its docstring is its help text, the whole docstring its description. `run` returns False for exit
status 1 without an error in the files; errors in the diagnostics give that status by themselves.
"""
