# SPDX-License-Identifier: Apache-2.0
"""The programs of docs/tutorial.md build against the installed package, and say what the page says.

Environment: FERRULE_BUILD_DIR, FERRULE_CXX; see tests/integration/outside_project.py.
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

from outside_project import OutsideProjectTest
from pages import SOURCE, TUTORIAL, blocks_of

_COMMAND = "$ build/calculator_client\n"


class TutorialTest(OutsideProjectTest):
    project_source = TUTORIAL

    def test_the_client_prints_what_the_page_shows(self) -> None:
        page = SOURCE / "docs" / "tutorial.md"
        shown = [block.text for block in blocks_of(page) if block.text.startswith(_COMMAND)]
        self.assertEqual(len(shown), 1)
        build_dir = self.build_with_package()
        self.assertEqual(
            self.run_command(build_dir / "calculator_client"), shown[0].removeprefix(_COMMAND)
        )


if __name__ == "__main__":
    unittest.main()
