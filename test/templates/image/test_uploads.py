"""Uploads are kept by their hash, within bounds of bytes and of number."""

import sys
import tempfile
import unittest
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import support  # noqa: F401: puts the templates on the path

import decnet_uploads
from decnet_uploads import Upload


class Told:
    def __init__(self) -> None:
        self.fields: list[dict[str, object]] = []

    def event(self, name: str, /, **fields: object) -> None:
        self.fields.append(fields)


class UploadTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def upload(self, content: bytes, limit: int = 100) -> dict[str, object]:
        told = Told()
        one = Upload("x", limit)
        one.write(content)
        one.finish(told, self.folder)
        return told.fields[0]

    def test_what_is_beyond_the_bound_is_hashed_and_not_kept(self) -> None:
        told = self.upload(b"x" * 300)
        self.assertEqual((told["size"], told["sha256"]), (300, sha256(b"x" * 300).hexdigest()))
        self.assertEqual((self.folder / str(told["sha256"])).read_bytes(), b"x" * 100)

    def test_the_oldest_go_when_there_are_too_many(self) -> None:
        with patch.object(decnet_uploads, "FILES_LIMIT", 5):
            names = [self.upload(bytes([number]))["sha256"] for number in range(9)]
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(map(str, names[-5:])))

    def test_the_oldest_go_when_they_are_too_large(self) -> None:
        with patch.object(decnet_uploads, "ALL_LIMIT", 250):
            names = [self.upload(bytes([number]) * 100)["sha256"] for number in range(5)]
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(map(str, names[-2:])))


if __name__ == "__main__":
    unittest.main()
