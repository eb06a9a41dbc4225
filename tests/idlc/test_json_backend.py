# SPDX-License-Identifier: Apache-2.0
import json
import unittest

from idlc import layout
from idlc.backends.json import generate
from support import FilesTest


class JsonBackendTest(FilesTest):
    def test_prints_the_module_and_its_layout(self) -> None:
        module = self.compile_good(
            "module m;\n// A point.\nstruct P { int8? x = 0; bool b = false; handle<platform>? h; double d = double.INFINITY; };"
        )
        (file,) = generate(module, layout.run(module))
        self.assertEqual("main.idl.json", file.path)
        found = json.loads(file.text)
        (struct,) = found["module"]["definitions"]
        self.assertEqual(("Struct", "m.P", "A point."), (struct["class"], struct["name"], struct["doc"]))
        self.assertEqual(
            {"class": "IntType", "bits": 8, "signed": True, "nullable": True}, struct["fields"][0]["type"]
        )
        self.assertEqual(
            [0, False, None, "inf"], [(field.get("default") or {}).get("value") for field in struct["fields"]]
        )
        self.assertEqual(
            {"class": "HandleType", "kind": "platform", "nullable": True}, struct["fields"][2]["type"]
        )
        rows = found["layout"]["structs"]["m.P"]
        self.assertEqual([1, 0, 4, 8], [row["offset"] for row in rows["fields"]])
        self.assertEqual({"offset": 0, "bit": 0}, rows["fields"][0]["has_flag"])
        self.assertEqual([{"version": 0, "num_bytes": 24}], rows["versions"])


if __name__ == "__main__":
    unittest.main()
