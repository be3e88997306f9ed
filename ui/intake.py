"""Uploaded files → a waiting room inside the corpus folder → the corpus.

In: files that a browser sent. Out: which were let in and which were not, with the reason; what a build will read of
them; and, on demand, their place in the corpus. The waiting room is a hidden folder, which builds pass over. File
names are untrusted: only the last part counts, and it must be one that a build reads. Knows nothing about pages.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from embeddings.inputs import ARCHIVE as ZIP
from embeddings.inputs import READERS, FileContent, Skipped, UnreadableError, read_file
from embeddings.records import Article
from qa.settings import Settings
from ui.plain import one_line
from ui.words import ZH, Words

KINDS = (*READERS, ZIP)
WAITING = ".waiting"
LONGEST_NAME = 150  # bytes; file systems take 255


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file in the waiting room, as a build would read it; `replaces` a file of the corpus."""

    name: str
    content: FileContent
    replaces: bool


class Intake:
    """The waiting room of one corpus."""

    def __init__(self, settings: Settings) -> None:
        self._corpus, self._fields, self._limits = settings.corpus, settings.fields, settings.admin
        self._room = settings.corpus / WAITING

    def receive(self, files: Iterable[Path], say: Words = ZH) -> list[str]:
        """Put files into the waiting room; returns, of those not let in, the name and why."""
        refused = []
        for file in files:
            name = one_line(unicodedata.normalize("NFC", PurePosixPath(file.name.replace("\\", "/")).name))
            if reason := self._reason_against(name, file, say):
                refused.append(f"{name}：{reason}")
                continue
            self._room.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self._room / name)
        return refused

    def _reason_against(self, name: str, file: Path, say: Words) -> str:
        if PurePosixPath(name).suffix.lower() not in KINDS:
            return say["wrong_kind"].format(kinds=" ".join(KINDS))
        if name.startswith((".", "_", "~")) or name.lower().startswith("readme"):
            return say["passed_over"]
        if len(name.encode()) > LONGEST_NAME:
            return say["long_name"]
        if file.stat().st_size > self._limits.upload_mb << 20:
            return say["too_large"].format(mb=self._limits.upload_mb)
        if len(self._paths()) >= self._limits.upload_files and not (self._room / name).exists():
            return say["too_many"].format(count=self._limits.upload_files)
        return ""

    def waiting(self) -> list[Waiting]:
        """What waits, by name, as a build would read it."""
        return [Waiting(path.name, self._read(path), (self._corpus / path.name).exists()) for path in self._paths()]

    def accept(self) -> list[str]:
        """Move what waits into the corpus; returns the names. A file of the same name is replaced."""
        paths = self._paths()
        for path in paths:
            path.replace(self._corpus / path.name)
        return [path.name for path in paths]

    def taken(self, names: Iterable[str]) -> list[Article]:
        """The articles of files that were taken in, as a build reads them."""
        return [article for name in names for article in self._read(self._corpus / name).articles]

    def dismiss(self) -> None:
        """Forget what waits."""
        shutil.rmtree(self._room, ignore_errors=True)

    def _paths(self) -> list[Path]:
        return sorted(path for path in self._room.glob("*") if path.is_file() and not path.is_symlink())

    def _read(self, path: Path) -> FileContent:
        try:
            return read_file(path, path.name, self._fields)
        except UnreadableError as error:
            return FileContent(skipped=[error.skipped])
        except Exception:  # a file that breaks its reader must not close the page; the build says the same
            return FileContent(
                skipped=[Skipped(path.name, "cannot be read", "convert it to .txt", "读不了；请转成 .txt")]
            )
