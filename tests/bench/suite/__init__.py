# SPDX-License-Identifier: Apache-2.0
"""Ferrule beside others: runs the programs of tests/bench/peers in turns and writes tables. See `./dev bench --help`."""
