# SPDX-License-Identifier: Apache-2.0
"""`idlc doc`: pages whose links lead somewhere, and which no comment can break."""

import json
import re
import unittest
from html.parser import HTMLParser

from support import FilesTest

FILES = {
    "geo/point.idl": """// Where things are.
module geo;
// A <place> & "more" | `so`.
struct Point { int32 x = 3; [MinVersion=1] Kind? kind; enum Kind { kA = 5 }; };
""",
    "draw.idl": """module draw;
import "geo/point.idl";
// Draws.
[Stable]
interface Canvas {
  // Draws </script> a line.
  [Sync] Draw@0(array<geo.Point> line, map<string, pending_remote<Canvas>> others) => (geo.Point.Kind kind);
  Get@1() => result<string, Failure>;
};
[Stable, Extensible] enum Failure { [Default] kUnknown };
const int32 kMax = 3;
feature kFast { const bool on = true; };
union Any { int32 number; Any2 other; };
struct Any2 {};
""".replace(
        "[Stable]\n", ""
    ).replace(
        "[Stable, ", "["
    ),
}


class Links(HTMLParser):
    """Collects links and anchors, and checks that tags nest."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: "list[tuple[str, str | None]]") -> None:
        found = dict(attrs)
        self.links += [found["href"] or ""] if "href" in found else []
        self.anchors |= {found["id"] or ""} if "id" in found else set()
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag


class DocTest(FilesTest):
    def doc(self, *arguments: str) -> None:
        self.write(FILES)
        run = self.run_idlc("doc", "--out-dir", self.path("out"), "-I", self.folder, *arguments,
                            *(self.path(name) for name in FILES))  # fmt: skip
        self.assertEqual((0, ""), (run.status, run.err))

    def read_links(self, name: str) -> Links:
        found = Links()
        found.feed(self.read(f"out/{name}"))
        self.assertEqual([], found.open)
        return found

    def test_every_link_leads_to_an_anchor(self) -> None:
        self.doc()
        pages = {
            name: self.read_links(name) for name in ("index.html", "draw.idl.html", "geo/point.idl.html")
        }
        self.assertIn("geo/point.idl.html#Point.Kind", pages["draw.idl.html"].links)
        self.assertIn("draw.idl.html#Canvas", pages["draw.idl.html"].links)
        self.assertEqual(["../index.html"], pages["geo/point.idl.html"].links[:1])
        for name, page in pages.items():
            for link in page.links:
                target, _, anchor = link.partition("#")
                target = re.sub(r"^(\.\./)+", "", target)
                self.assertIn(target, pages, name)
                self.assertTrue(not anchor or anchor in pages[target].anchors, link)

    def test_comments_are_text(self) -> None:
        self.doc()
        page = self.read("out/geo/point.idl.html")
        self.assertIn("A &lt;place&gt; &amp; &#34;more&#34;", page)
        self.assertIn("Where things are.", page)
        self.assertIn("since version 1", page)
        self.assertIn("&lt;/script&gt;", self.read("out/draw.idl.html"))

    def test_the_search_knows_all_names(self) -> None:
        self.doc()
        entries = re.search(r"const entries = (.*);", self.read("out/index.html"))
        assert entries is not None
        found = {entry["name"]: entry["link"] for entry in json.loads(entries[1])}
        self.assertEqual("draw.idl.html#Canvas.Draw", found["draw.Canvas.Draw"])
        self.assertLessEqual(
            {"geo.Point", "geo.Point.Kind", "draw.kMax", "draw.kFast", "draw.Any"}, set(found)
        )

    def test_markdown(self) -> None:
        self.doc("--format=markdown")
        page = self.read("out/draw.idl.md")
        self.assertIn("[geo.Point](geo/point.idl.md#Point)", page)
        self.assertIn('<a id="Canvas.Draw"></a>', page)
        self.assertIn('A \\<place\\> & "more" \\| \\`so\\`.', self.read("out/geo/point.idl.md"))
        rows = [line for line in page.splitlines() if line.startswith("|")]
        self.assertEqual({5}, {re.sub(r"\\.", "", row).count("|") for row in rows})
        self.assertIn("[draw.idl](draw.idl.md)", self.read("out/index.md"))


if __name__ == "__main__":
    unittest.main()
