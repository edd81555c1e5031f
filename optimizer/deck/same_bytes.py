"""A package of the Office formats without the clock in it, so that equal content is equal bytes."""

from __future__ import annotations

import io
import re
import zipfile

THEN = (2000, 1, 1, 0, 0, 0)
DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def same_bytes(package: bytes) -> bytes:
    """The package with one date for all that is in it, workbooks of charts included."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            content = old.read(member)
            if member.filename.endswith(".xlsx"):
                content = same_bytes(content)
            if member.filename == "docProps/core.xml":
                content = DATED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", content)
            entry = zipfile.ZipInfo(member.filename, THEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, content)
    return stream.getvalue()
