"""A workbook looked at before it is read: what it may not hold, and in which cell it does."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree

from optimizer.instance.book.layout import MOST_COLUMNS, MOST_ROWS, READ_ME

MOST_BYTES, MOST_UNPACKED, MOST_MEMBERS = 20_000_000, 200_000_000, 2_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
OLD = b"\xd0\xcf\x11\xe0"
"""How files of Excel before 2007 begin, and those under a password."""
ALONE = "keep the inputs alone in it"
TRUTHS = {"TRUE()": "1", "FALSE()": "0"}
ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Fault:
    """What a workbook may not hold: where (``debt!B7``, or a sheet, or nothing), what is wrong, what to do."""

    place: str
    message: str
    help: str


class NoBookError(Exception):
    """A file that is no workbook that can be read; the fault says why."""

    def __init__(self, message: str, help: str = "save it as an Excel workbook (.xlsx)") -> None:
        super().__init__(message)
        self.fault = Fault("", message, help)


def faults(path: str | os.PathLike[str]) -> list[Fault]:
    """Formulas, errors, merged cells, what is hidden, links to other files, and sheets too large to be inputs.

    Raises NoBookError for what is no workbook.
    """
    _check_file(path)
    try:
        with zipfile.ZipFile(path) as package:
            _check_package(package)
            return list(_faults(package))
    except (zipfile.BadZipFile, ElementTree.ParseError, EOFError, KeyError, RuntimeError, NotImplementedError) as error:
        raise NoBookError(f"the file is damaged: {error}") from None
    except OSError as error:
        raise NoBookError(f"the file cannot be read: {error.strerror or error}", "") from None


def _check_file(path: str | os.PathLike[str]) -> None:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise NoBookError("this is no regular file", "")
        if status.st_size > MOST_BYTES:
            raise NoBookError(f"the file is larger than {MOST_BYTES // 1_000_000} MB", ALONE)
        with open(path, "rb") as stream:
            head = stream.read(4)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise NoBookError("no such file" if missing else f"the file cannot be read: {error.strerror}", "") from None
    if head == OLD:
        raise NoBookError("the file is of an Excel before 2007, or under a password", "save it as .xlsx without one")
    if head[:2] != b"PK":
        raise NoBookError("the file is no Excel workbook")


def _check_package(package: zipfile.ZipFile) -> None:
    members = package.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise NoBookError(f"the file unpacks to more than {MOST_UNPACKED // 1_000_000} MB", ALONE)
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise NoBookError("the file is no Excel workbook")
    if "xl/vbaProject.bin" in names:
        raise NoBookError("the workbook holds macros", "save it as .xlsx, without macros")


def _faults(package: zipfile.ZipFile) -> Iterator[Fault]:
    if any(name.startswith("xl/externalLinks/") for name in package.namelist()):
        yield Fault("", "the workbook has links to other files", "paste the values, and break the links")
    files = _files(package)
    for name, file, state in files:
        if state != "visible":
            yield Fault(name, "the sheet is hidden", "show it, or delete it")
        if name.strip().lower() != READ_ME:
            yield from _of_sheet(package, name, file)


def _files(package: zipfile.ZipFile) -> list[tuple[str, str, str]]:
    """Name, file and state of each sheet."""
    targets = {
        item.get("Id", ""): item.get("Target", "")
        for item in _parsed(package, "xl/_rels/workbook.xml.rels").iter(f"{PACKAGE}Relationship")
    }
    found = []
    for sheet in _parsed(package, "xl/workbook.xml").iter(f"{MAIN}sheet"):
        target = targets[sheet.get(f"{RELATED}id", "")]
        file = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found.append((sheet.get("name", ""), os.path.normpath(file), sheet.get("state", "visible")))
    return found


def _of_sheet(package: zipfile.ZipFile, name: str, file: str) -> Iterator[Fault]:
    at = ""
    with package.open(file) as stream:
        for event, item in ElementTree.iterparse(_plain(stream), events=("start", "end")):
            tag = item.tag.removeprefix(MAIN)
            if event == "start":
                if tag == "c":
                    at = item.get("r", "")
                    _check_size(name, at)
                elif tag == "row" and int(item.get("r", "0")) > MOST_ROWS:
                    _check_size(name, f"A{item.get('r')}")
                elif tag in ("row", "col") and item.get("hidden") in ("1", "true"):
                    where = f"row {item.get('r')}" if tag == "row" else f"column {item.get('min')}"
                    yield Fault(name, f"{where} is hidden", "show it, or delete it")
                elif tag == "mergeCell":
                    yield Fault(f"{name}!{item.get('ref', '')}", "these cells are merged", "unmerge them")
                continue
            if tag == "c":
                if any(not _says_itself(item, formula) for formula in item.iter(f"{MAIN}f")):
                    help = "paste its value; what it is reckoned from can stand in its source"
                    yield Fault(f"{name}!{at}", "the cell holds a formula", help)
                if item.get("t") == "e":
                    shown = item.findtext(f"{MAIN}v", "")
                    yield Fault(f"{name}!{at}", f"the cell holds an error, {shown}", "write a value")
            elif tag == "row":
                item.clear()


def _says_itself(cell: ElementTree.Element, formula: ElementTree.Element) -> bool:
    """Whether a formula is a truth value, as LibreOffice writes one, and the cell shows it."""
    written, shown = (formula.text or "").strip().upper(), cell.findtext(f"{MAIN}v", "")
    return not formula.get("t") and cell.get("t") == "b" and TRUTHS.get(written) == shown


def _check_size(name: str, at: str) -> None:
    found = ADDRESS.fullmatch(at)
    if found is None:
        return
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    if int(found[2]) > MOST_ROWS or column > MOST_COLUMNS:
        most = f"at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns are read"
        raise NoBookError(f"sheet {name} reaches to {at}: {most}", ALONE)


def _parsed(package: zipfile.ZipFile, file: str) -> ElementTree.Element:
    with package.open(file) as stream:
        return ElementTree.parse(_plain(stream)).getroot()


class _plain:
    """A stream of XML in which nothing is declared that would stand for something else."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._last = stream, b""
        self._first = True

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        if self._first and chunk[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
            raise NoBookError("the workbook is not written in UTF-8")
        self._first = False
        if b"<!DOCTYPE" in self._last + chunk or b"<!ENTITY" in self._last + chunk:
            raise NoBookError("the workbook declares entities, which no spreadsheet program does")
        self._last = chunk[-16:]
        return chunk
