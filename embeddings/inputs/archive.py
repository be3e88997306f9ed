"""Archives (`.zip`) → their members, each ready to be read like a file. Nothing is unpacked to disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import PurePosixPath

from embeddings.dates import date_of_path, page_of_folder, page_of_stem
from embeddings.inputs.content import MEBIBYTE, InputFile, Skipped

LARGEST_MEMBER = 256 * MEBIBYTE
LARGEST_TOTAL = 2048 * MEBIBYTE
MOST_MEMBERS = 100_000
STEEPEST = 200  # text packs 3 to 20 times smaller; what unpacks 200-fold was made to fill a disk
_WAYS_OUT = (  # suffixes, what to do, the same in Chinese
    (
        "doc odt rtf wps pages",
        "open it in Word or LibreOffice and save it as .docx",
        "用 Word 或 WPS 打开，另存为 .docx",
    ),
    ("xls ods et", "open it in Excel or LibreOffice and save it as .xlsx", "用 Excel 或 WPS 打开，另存为 .xlsx"),
    ("epub mobi azw3 chm caj", "convert it to .txt, with Calibre for instance", "用 Calibre 等转成 .txt"),
    (
        "jpg jpeg png tif tiff bmp gif webp heic",
        "run OCR on it and save the text as .txt",
        "用文字识别（OCR）把文字存成 .txt",
    ),
    ("rar 7z tar gz tgz bz2 xz", "unpack it into the corpus folder", "解到报库文件夹里"),
    ("xml sql db sqlite parquet mdb", "export it as .jsonl or .csv", "导出成 .jsonl 或 .csv"),
    ("mht mhtml", "save the page as .html", "在浏览器里另存为 .html"),
)
_UTF8_NAME = 0x800
_LOCKED = 0x1


def check_sizes(file: InputFile, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive by what it says of its members; zipfile never unpacks more than that.

    Raises:
        UnreadableError: there are too many members, or too much in them.
    """
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        counts = f"有 {len(members)} 个文件，超过 {MOST_MEMBERS}；分成几个"
        raise file.fault(f"holds {len(members)} files, more than {MOST_MEMBERS}", "split it", counts)
    if total > LARGEST_TOTAL:
        reason = f"unpacks to {total // MEBIBYTE} MiB, more than {LARGEST_TOTAL // MEBIBYTE}"
        chinese = f"解开有 {total // MEBIBYTE} MiB，超过 {LARGEST_TOTAL // MEBIBYTE}；分成几个，或解到报库文件夹里"
        raise file.fault(reason, "split it, or unpack it into the corpus folder", chinese)
    packed = sum(member.compress_size for member in members)
    if total > 16 * MEBIBYTE and total > STEEPEST * packed:
        times = total // max(1, packed)
        chinese = f"解开是原来的 {times} 倍；删掉，或自己解开"
        raise file.fault(f"unpacks to {times} times its size", "remove it or unpack it yourself", chinese)


def check_package(file: InputFile) -> None:
    """The same for a document that is an archive (.docx, .xlsx)."""
    with zipfile.ZipFile(file.stream) as parts:
        check_sizes(file, parts.infolist())


def members(file: InputFile, wanted: Callable[[str], bool | None]) -> Iterator[InputFile | Skipped]:
    """The members of an archive, sorted by name; `wanted` says of a path whether it is read (None: passed over).

    Raises:
        UnreadableError: it is no archive or a damaged one, or `check_sizes` refuses it.
    """
    with file.parsed_as("zip archive", "pack it anew", "zip", "重新打包"):
        archive = zipfile.ZipFile(file.stream)
    with archive:
        check_sizes(file, archive.infolist())
        named = [(_name(member), member) for member in archive.infolist() if not member.is_dir()]
        before = ""
        for name, member in sorted(named, key=itemgetter(0)):
            if (want := wanted(name)) is None:
                continue
            if name == before:
                chinese = "压缩包里有两个同名的文件，只读了前一个；改名后重新打包"
                yield Skipped(f"{file.place}/{name}", "stands in the archive twice", "pack it anew", chinese)
                continue
            before = name
            yield _open(file, archive, name, member) if want else _unknown(file, name)


def _name(member: zipfile.ZipInfo) -> str:
    """The member's path; archives made on Chinese Windows write it in GB18030 without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _unknown(file: InputFile, name: str) -> Skipped:
    place, suffix = f"{file.place}/{name}", PurePosixPath(name).suffix
    if name.lower().endswith(".zip"):
        remedy, chinese = "unpack it into the corpus folder", "是压缩包里的压缩包；解到报库文件夹里"
        return Skipped(place, "is an archive within an archive", remedy, chinese)
    return unknown_kind(place, suffix)


def unknown_kind(place: str, suffix: str) -> Skipped:
    """The fault of a file that no reader is for, with the way out where its kind is known."""
    ways = (way for kinds, *way in _WAYS_OUT if suffix.lower().lstrip(".") in kinds.split())
    remedy, way = next(ways, ("remove it, or convert it to .txt, .md or .jsonl", "删掉，或转成 .txt、.md 或 .jsonl"))
    chinese = f"不认得这种文件（{suffix or '没有后缀'}）；{way}"
    return Skipped(place, f"is of an unknown kind ({suffix or 'no suffix'})", remedy, chinese)


def _open(file: InputFile, archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> InputFile | Skipped:
    place, path = f"{file.place}/{name}", PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return Skipped(
            place, "is named as if it lay outside of the archive", "pack it anew", "名字指到压缩包外面；重新打包"
        )
    if member.flag_bits & _LOCKED:
        return Skipped(place, "is locked by a password", "pack it without one", "有密码；打包时不要设密码")
    if member.file_size > LARGEST_MEMBER:
        size = f"{LARGEST_MEMBER // MEBIBYTE} MiB"
        remedy, chinese = "unpack it into the corpus folder", f"超过 {size}；解到报库文件夹里"
        return Skipped(place, f"is larger than {size}", remedy, chinese)
    try:
        data = archive.read(member)
    except Exception as error:  # damaged data raises what the packing method pleases
        why = f"{str(error) or type(error).__name__:.80}"
        return Skipped(place, f"is damaged ({why})", "pack it anew", f"坏了（{why}）；重新打包")
    day = date_of_path([PurePosixPath(file.source).stem, *path.parent.parts], path.stem) or file.date
    source = f"{file.source}/{name}"
    page = page_of_stem(path.stem) or page_of_folder(path.parent.parts, day is not None)
    return InputFile(place, source, io.BytesIO(data), day, page, file.fields)
