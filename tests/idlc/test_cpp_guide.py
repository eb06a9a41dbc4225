# SPDX-License-Identifier: Apache-2.0
"""docs/cpp-guide.md tells the truth: its generated code is what is generated, and its other code compiles."""

import os
import re
import shutil
import subprocess
import unittest

from idlc import layout
from idlc.backends import load_backend
from support import FilesTest

_TREE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
_GUIDE = os.path.join(_TREE, "docs", "cpp-guide.md")
_PAGES = (_GUIDE, os.path.join(_TREE, "docs", "asio.md"))
_INCLUDES = """
#include <chrono>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/associated_remote.h"
#include "ferrule/bindings/binder_map.h"
#include "ferrule/bindings/bound_message_pipe.h"
#include "ferrule/bindings/call_filter.h"
#include "ferrule/bindings/co_answer.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/receiver_set.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/remote_set.h"
#include "ferrule/bindings/shared_remote.h"
#include "ferrule/bindings/testing/call_recorder.h"
#include "ferrule/bindings/testing/fake_method.h"
#include "ferrule/bindings/testing/fake_remote.h"
#include "ferrule/bindings/testing/test_pipes.h"
#include "ferrule/bindings/testing/virtual_clock.h"
#include "ferrule/bindings/use_sync.h"
#include "ferrule/stream/data_pipe.h"
#include "ferrule/stream/shared_ring.h"
#include "ferrule/types/big_buffer.h"
#include "ferrule/types/shared_memory.h"
#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"

#include "calculator.idl.h"
#include "files.idl.h"
#include "screen.idl.h"
"""


def snippets(language: str, pages: tuple[str, ...] = (_GUIDE,)) -> list[str]:
    found = []
    for page in pages:
        with open(page, encoding="utf-8") as stream:
            found += re.findall(rf"^```{language}\n(.*?)^```$", stream.read(), flags=re.MULTILINE | re.DOTALL)
    return found


class GuideTest(FilesTest):
    def setUp(self) -> None:
        super().setUp()
        (text,) = snippets("idl")
        self.files: dict[str, str] = {}
        files = {
            "calculator.idl": text,
            "desk.idl": "module desk;" + snippets("idl desk.idl")[0],
            "clock.idl": "module clock_page;" + snippets("idl clock.idl")[0],
            "files.idl": "module files;" + snippets("idl files.idl")[0],
            "screen.idl": "module screen;" + snippets("idl screen.idl")[0],
        }
        common = "ferrule/shared_ring.idl"
        with open(os.path.join(_TREE, "idl", common), encoding="utf-8") as stream:
            files[common] = stream.read()
        for name, text in files.items():
            module = self.compile_good({common: files[common], name: text})
            self.files |= {file.path: file.text for file in load_backend("cpp")(module, layout.run(module))}

    def test_generated_snippets_are_in_the_generated_header(self) -> None:
        found = snippets("cpp calculator.idl.h")
        self.assertGreater(len(found), 1)
        for snippet in found:
            self.assertIn(snippet, self.files["calculator.idl.h"])

    def test_the_other_snippets_compile(self) -> None:
        compiler = os.environ.get("FERRULE_CXX") or shutil.which("c++")
        if compiler is None:
            self.skipTest("there is no C++ compiler")
        found = snippets("cpp usage", _PAGES)
        self.assertGreater(len(found), 1)
        self.write({**self.files, "guide.cpp": _INCLUDES + "\n" + "\n".join(found)})
        done = subprocess.run(
            [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror",
             f"-I{self.folder}", f"-I{os.path.join(_TREE, 'runtime')}", self.path("guide.cpp")],
            capture_output=True, text=True,
        )  # fmt: skip
        self.assertEqual("", done.stderr)


if __name__ == "__main__":
    unittest.main()
