# SPDX-License-Identifier: Apache-2.0
"""The image decoder's two programs together, on good files, bad files and bad decoders.

Environment: IMAGE_DECODER_CLIENT, the client's path; its service stands beside it. LYING_DECODER, the
path of a service whose answers make no sense; how, the variable LIE says.
"""

import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from pictures import TINY_JPEG, make_png

_CLIENT = Path(os.environ["IMAGE_DECODER_CLIENT"])
_PR_SET_CHILD_SUBREAPER = 36


def _adopt_orphans() -> None:
    """Processes that our children leave behind become ours, so that we can see them."""
    if ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("prctl")


def _end_orphans() -> None:
    for process in Path("/proc/thread-self/children").read_text().split():
        os.kill(int(process), signal.SIGKILL)
        os.waitpid(int(process), 0)


class ImageDecoderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        _adopt_orphans()

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = Path(folder.name).resolve()
        self.temporary = self.work / "temporary"
        self.temporary.mkdir()
        self.out = self.work / "out"
        self.client = _CLIENT
        # So that what one test finds left is not found again by the next.
        self.addCleanup(_end_orphans)

    def write(self, name: str, content: bytes) -> Path:
        path = self.work / name
        path.write_bytes(content)
        return path

    def run_client(
        self,
        *arguments: str | Path,
        max_descriptors: int | None = None,
        looks_for_leaks: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        def limit_descriptors() -> None:
            if max_descriptors is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (max_descriptors, max_descriptors))

        environment = {**os.environ, "TMPDIR": str(self.temporary), "LC_ALL": "C.UTF-8"}
        # The leak sanitizer works in a process of its own, which stays behind when the decoder is
        # killed meanwhile.
        if not looks_for_leaks:
            environment["ASAN_OPTIONS"] = "detect_leaks=0"
        run = subprocess.run(
            [self.client, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            preexec_fn=limit_descriptors,
        )
        if not looks_for_leaks:
            self.assert_no_process_is_left()
        return run

    def assert_no_process_is_left(self) -> None:
        """Neither one that runs nor one that nobody collected."""
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)

    def assert_failed(self, run: subprocess.CompletedProcess[str], *lines: str) -> None:
        self.assertEqual(run.stderr.splitlines(), [f"image_decoder_client: {x}" for x in lines])
        self.assertEqual(run.returncode, 1)

    def thumbnails(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())

    def rows(self, run: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
        """File and size of each row of the table."""
        return [(row[0], row[1]) for row in self.cells(run)]

    def cells(self, run: subprocess.CompletedProcess[str]) -> list[list[str]]:
        """The table without its headline: file, size, time, bytes on the socket, shared bytes."""
        lines = [re.split(r"  +", line) for line in run.stdout.splitlines()]
        return [line for line in lines if len(line) == 5 and line[0] != "file"]

    def use_decoder(self, script: str) -> None:
        """A copy of the client, with `script` for its decoder."""
        self.client = Path(shutil.copy(_CLIENT, self.work))
        service = self.write("image_decoder_service", f"#!{sys.executable}\n{script}".encode())
        service.chmod(0o700)


class GoodFilesTest(ImageDecoderTest):
    def test_each_gets_a_row_and_a_thumbnail(self) -> None:
        png = self.write("large.png", make_png(1000, 500))
        jpeg = self.write("tiny.jpg", TINY_JPEG)
        run = self.run_client("--out", self.out, png, jpeg)
        self.assertEqual(run.stderr, "")
        self.assertEqual(run.returncode, 0)
        self.assertEqual(self.rows(run), [("large.png", "1000 x 500"), ("tiny.jpg", "24 x 16")])
        self.assertEqual(run.stdout.splitlines()[-1], f"thumbnails: {self.out}")
        self.assertEqual(self.thumbnails(), ["large.thumbnail.png", "tiny.thumbnail.png"])
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_pixels_cross_in_shared_memory(self) -> None:
        run = self.run_client("--out", self.out, self.write("large.png", make_png(1000, 500)))
        ((_, _, _, on_the_socket, shared),) = self.cells(run)
        self.assertLess(int(on_the_socket.replace(" ", "")), 10_000)
        self.assertGreaterEqual(int(shared.replace(" ", "")), 4 * 1000 * 500)

    def test_few_pixels_cross_on_the_socket(self) -> None:
        run = self.run_client("--out", self.out, self.write("tiny.jpg", TINY_JPEG))
        ((_, _, _, on_the_socket, shared),) = self.cells(run)
        self.assertGreaterEqual(int(on_the_socket.replace(" ", "")), 4 * 24 * 16)
        self.assertEqual(shared, "0")

    def test_thumbnails_can_be_decoded_again(self) -> None:
        self.run_client("--out", self.out, self.write("large.png", make_png(1000, 500)))
        run = self.run_client("--out", self.out, self.out / "large.thumbnail.png")
        self.assertEqual(self.rows(run), [("large.thumbnail.png", "256 x 128")])

    def test_without_out_they_go_to_a_new_folder(self) -> None:
        run = self.run_client(self.write("tiny.jpg", TINY_JPEG))
        self.assertEqual(run.returncode, 0)
        (folder,) = self.temporary.iterdir()
        self.assertEqual([path.name for path in folder.iterdir()], ["tiny.thumbnail.png"])
        self.assertIn(f"thumbnails: {folder}\n", run.stdout)

    def test_leaks_no_memory(self) -> None:
        png = self.write("large.png", make_png(1000, 500))
        run = self.run_client("--out", self.out, png, "no.png", png, looks_for_leaks=True)
        self.assert_failed(
            run, "no.png: cannot open the file: No such file or directory", "1 of 3 files failed"
        )

    def test_many_files_need_few_descriptors(self) -> None:
        png = self.write("x.png", make_png(200, 200))
        run = self.run_client("--out", self.out, *[png] * 300, max_descriptors=64)
        self.assertEqual(run.stderr, "")
        self.assertEqual(len(self.rows(run)), 300)


class BadFilesTest(ImageDecoderTest):
    def check(self, bad: Path, reason: str) -> None:
        """The bad file is told about, and the good ones around it are decoded.

        What the libraries say after `reason` depends on their versions.
        """
        good = self.write("good.jpg", TINY_JPEG)
        run = self.run_client("--out", self.out, good, bad, good)
        first, *others = run.stderr.splitlines()
        self.assertTrue(first.startswith(f"image_decoder_client: {bad}: {reason}"), first)
        self.assertEqual(others, ["image_decoder_client: 1 of 3 files failed"])
        self.assertEqual(run.returncode, 1)
        self.assertEqual(self.rows(run), [("good.jpg", "24 x 16")] * 2)

    def test_missing(self) -> None:
        self.check(self.work / "no.png", "cannot open the file: No such file or directory")

    def test_no_picture(self) -> None:
        self.check(self.write("x.png", b"just text"), "not a PNG or JPEG picture")
        self.check(self.write("x.png", b""), "not a PNG or JPEG picture")

    def test_no_file(self) -> None:
        self.check(self.work, "not a regular file")
        os.mkfifo(self.work / "pipe")
        self.check(self.work / "pipe", "not a regular file")

    def test_truncated(self) -> None:
        png = make_png(300, 300)
        self.check(self.write("x.png", png[: len(png) // 2]), "damaged PNG: ")
        self.check(self.write("x.jpg", TINY_JPEG[:-20]), "damaged JPEG: ")

    def test_corrupt(self) -> None:
        png = bytearray(make_png(300, 300))
        png[len(png) // 2] ^= 0xFF
        self.check(self.write("x.png", bytes(png)), "damaged PNG: ")

    def test_too_large(self) -> None:
        png = make_png(1, 1, claimed_size=(30000, 30000))
        self.check(self.write("x.png", png), "a PNG of 30000 x 30000 pixels is too large")

    def test_all_bad_leaves_no_folder(self) -> None:
        run = self.run_client(self.work / "no.png")
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertEqual(list(self.temporary.iterdir()), [])


class DeadDecoderTest(ImageDecoderTest):
    killed = "the decoder is gone: killed by signal 9 (Killed)"

    def test_killed_in_mid_call_costs_one_file(self) -> None:
        good = self.write("good.jpg", TINY_JPEG)
        victim = self.write("victim.jpg", TINY_JPEG)
        run = self.run_client("--kill-decoder", "--out", self.out, good, victim, good)
        self.assert_failed(run, f"{victim}: {self.killed}", "1 of 3 files failed")
        self.assertEqual(self.rows(run), [("good.jpg", "24 x 16")] * 2)
        self.assertEqual(self.thumbnails(), ["good-2.thumbnail.png", "good.thumbnail.png"])

    def test_killed_with_the_only_file(self) -> None:
        victim = self.write("victim.png", make_png(2000, 2000))
        run = self.run_client("--kill-decoder", victim)
        self.assert_failed(run, f"{victim}: {self.killed}", "1 of 1 files failed")
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_cannot_be_started(self) -> None:
        self.use_decoder("")
        (self.work / "image_decoder_service").unlink()
        good = self.write("good.jpg", TINY_JPEG)
        run = self.run_client(good)
        self.assertIn("image_decoder_service", run.stderr)
        self.assertIn("No such file or directory", run.stderr)
        self.assertEqual(run.returncode, 1)

    def test_ends_at_once(self) -> None:
        self.use_decoder("raise SystemExit(3)")
        good = self.write("good.jpg", TINY_JPEG)
        run = self.run_client(good, good)
        line = f"{good}: the decoder is gone: exit code 3"
        self.assert_failed(run, line, line, "2 of 2 files failed")

    def test_talks_nonsense(self) -> None:
        self.use_decoder(
            "import os, random, socket\n"
            "link = socket.socket(fileno=int(os.environ['FERRULE_INVITATION']))\n"
            "link.sendall(random.Random(1).randbytes(100_000))\n"
            "while link.recv(4096): pass\n"
        )
        good = self.write("good.jpg", TINY_JPEG)
        run = self.run_client(good)
        self.assertRegex(run.stderr, r"good\.jpg: the decoder is gone: ")
        self.assertEqual(run.returncode, 1)


class LyingDecoderTest(ImageDecoderTest):
    """What is well formed can still be nonsense."""

    def check(self, lie: str, reason: str) -> None:
        self.client = Path(shutil.copy(_CLIENT, self.work))
        shutil.copy(os.environ["LYING_DECODER"], self.work / "image_decoder_service")
        os.environ["LIE"] = lie
        self.addCleanup(os.environ.pop, "LIE")
        good = self.write("good.jpg", TINY_JPEG)
        line = f"{good}: {reason}"
        self.assert_failed(self.run_client(good, good), line, line, "2 of 2 files failed")

    def test_too_few_pixels(self) -> None:
        self.check("too few pixels", "the decoder sent a bitmap that cannot be")

    def test_no_pixels(self) -> None:
        self.check("no pixels", "the decoder sent a bitmap that cannot be")

    def test_size_beyond_numbers(self) -> None:
        self.check("size beyond numbers", "the decoder sent a bitmap that cannot be")

    def test_message_that_commands_the_terminal(self) -> None:
        self.check("message that commands the terminal", "?[2J?all is well")

    def test_silence(self) -> None:
        self.check("silence", "no answer from the decoder: the service dropped the reply")


class WrongUseTest(ImageDecoderTest):
    def test_says_how_it_is_used(self) -> None:
        run = self.run_client("--loud")
        self.assertEqual(run.returncode, 2)
        self.assertTrue(run.stderr.startswith("image_decoder_client: unknown option --loud\nusage:"))
        run = self.run_client("--help")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertTrue(run.stdout.startswith("usage: image_decoder_client"))

    def test_the_service_does_not_work_alone(self) -> None:
        self.client = _CLIENT.with_name("image_decoder_service")
        run = self.run_client()
        self.assertEqual(run.returncode, 1)
        self.assertTrue(run.stderr.startswith("image_decoder_service: "), run.stderr)


if __name__ == "__main__":
    unittest.main()
