"""Text on consoles whose encoding is narrow (cp1252, ASCII): what it lacks is written in ASCII, and nothing is lost."""

from __future__ import annotations

import codecs
import unicodedata
from typing import TextIO

ALIKE = {
    **dict.fromkeys("−‐‑‒–—―─━", "-"),
    **dict.fromkeys("│┃", "|"),
    **dict.fromkeys("·•∙⋅", "."),
    **dict.fromkeys("‘’′", "'"),
    **dict.fromkeys("“”„″", '"'),
    **{"…": "...", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "±": "+/-", "×": "x", "÷": "/", "⁄": "/", "∕": "/"},
    **{"→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "↑": "^", "↓": "v", "∞": "inf", "√": "sqrt", "∂": "d", "∈": "in"},
    **{"€": "EUR", "£": "GBP", "¥": "JPY", "¢": "ct", "ß": "ss", "✓": "yes", "✗": "no"},
}
"""What is written for a character by hand; the others follow from their names and decompositions."""

_ERRORS = "capstack-ascii"


def write_all(*streams: TextIO) -> None:
    """Let the streams write every text, whatever their encoding."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ERRORS)


def in_ascii(text: str) -> str:
    """The text in ASCII: signs and digits as such, letters without their marks, the rest by its code."""
    written = ""
    raised = False
    for character in text:
        kind = unicodedata.decomposition(character).partition(" ")[0]
        if kind == "<super>" and not raised:
            written += "^"
        elif kind == "<fraction>":
            written += " "  # 3½ is not 31/2
        raised = kind == "<super>"
        written += _in_ascii(character)
    return written


def _in_ascii(character: str) -> str:
    if character.isascii() or character in ALIKE:
        return ALIKE.get(character, character)
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:
        return "".join(_in_ascii(part) for part in parts if not unicodedata.combining(part))
    name = unicodedata.name(character, "")
    if name.startswith("GREEK ") and " LETTER " in name:
        letter = name.split()[-1]
        return letter.capitalize() if "CAPITAL" in name else letter.lower()
    if name.startswith("BOX DRAWINGS "):
        return "+"
    if " BLOCK" in name or " SHADE" in name:
        return "#"
    return "" if unicodedata.combining(character) else character.encode("ascii", "backslashreplace").decode()


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end


codecs.register_error(_ERRORS, _replace)
