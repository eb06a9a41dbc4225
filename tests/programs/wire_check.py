# SPDX-License-Identifier: Apache-2.0
"""wire_check: judges a folder of messages by the code that idlc generates for an interface.

Called by `./dev wire_check`, which has built the runtime before. The checker is built once for an interface and again
when the IDL or the compiler changes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "support"))

from wire_glue import ROOT, Glue, GlueError, write_glue  # noqa: E402

OWN_SOURCES = (
    TESTS / "programs" / "wire_check.cpp",
    TESTS / "support" / "wire_judge.cpp",
    TESTS / "support" / "wire_case.cpp",
)
FLAGS = ("-std=c++20", "-O0", "-w", "-fno-omit-frame-pointer")


def main() -> int:
    options = _parse()
    roots = [*options.roots, *([] if options.roots else [os.path.dirname(options.idl) or "."]), str(ROOT / "idl")]
    key = "\0".join([os.path.abspath(options.idl), *map(os.path.abspath, roots), options.interface])
    folder = options.build_dir / "wire_check" / hashlib.sha256(key.encode()).hexdigest()[:16]
    try:
        glue = write_glue(options.idl, roots, folder, options.interface)
    except GlueError as reason:
        print(f"wire_check: {reason}", file=sys.stderr)
        return 2
    if not _build(glue, folder, options):
        return 2
    command = [str(folder / "wire_check"), "--interface", glue.interfaces[0], "--prefix", options.prefix]
    command += [f"--{name}" for name in ("response", "strict", "verbose") if getattr(options, name)]
    return subprocess.run([*command, options.folder], check=False).returncode


def _build(glue: Glue, folder: Path, options: argparse.Namespace) -> bool:
    generated = options.build_dir / "idl" / "ferrule_control_idl.gen"
    includes = [f"-I{path}" for path in (folder, generated, ROOT / "runtime", TESTS)]
    compiler = [options.cxx, *FLAGS, *includes]
    if shutil.which("ccache"):
        compiler.insert(0, "ccache")
    objects = []
    for source in (*glue.sources, *OWN_SOURCES):
        target = folder / f"{len(objects)}_{source.name}.o"
        if subprocess.run([*compiler, "-c", str(source), "-o", str(target)], check=False).returncode != 0:
            return False
        objects.append(str(target))
    library = options.build_dir / "runtime" / "libferrule.a"
    link = [options.cxx, *objects, str(library), "-pthread", "-o", str(folder / "wire_check")]
    return subprocess.run(link, check=False).returncode == 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev wire_check",
        description="Gives every message of a folder to the code that idlc generates for an interface, and compares "
        "what it says with the .expected file beside it.",
    )
    add = parser.add_argument
    add("-I", dest="roots", action="append", default=[], metavar="ROOT", help="a folder that imports are relative to")
    add("--idl", required=True, metavar="FILE", help="an .idl or .mojom file")
    add("--interface", required=True, metavar="NAME", help="with or without its module")
    add("--response", action="store_true", help="the messages are answers, not requests")
    add("--strict", action="store_true", help="also what only the C++ types refuse: bad UTF-8, a key twice, a handle of "
        "another kind")
    add("--verbose", action="store_true", help="print the passed ones, too, with the field and the place of the error")
    add("--prefix", default="", metavar="P", help="only cases whose name begins so")
    add("--build-dir", type=Path, default=ROOT / "build" / "release", help=argparse.SUPPRESS)
    add("--cxx", default=os.environ.get("CXX", "g++"), help=argparse.SUPPRESS)
    add("folder", metavar="DIR", help="pairs of name.data and name.expected")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
