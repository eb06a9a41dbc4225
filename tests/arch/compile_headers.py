# SPDX-License-Identifier: Apache-2.0
"""Compiles every public header alone, so that users may include them in any order.

    compile_headers.py INCLUDE_ROOT COMPILER [FLAG...]
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import checker


def main(include_root: Path, compiler: list[str]) -> int:
    headers = [file.path for file in checker.read_tree(include_root) if file.is_public]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = list(pool.map(lambda header: compile_alone(header, compiler), headers))
    for header, error in zip(headers, errors):
        if error:
            print(f"{header} does not compile alone:\n{error}")
    failed = sum(1 for error in errors if error)
    print(f"{len(headers) - failed} of {len(headers)} public headers compile alone")
    return 1 if failed or not headers else 0


def compile_alone(header: str, compiler: list[str]) -> str:
    """The compiler's complaints, or ""."""
    command = [*compiler, "-fsyntax-only", "-x", "c++", "-"]
    # Twice: #pragma once must do its work.
    source = f'#include "{header}"\n#include "{header}"\n'
    run = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    return run.stderr if run.returncode else ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
