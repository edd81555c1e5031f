"""What a name is, and which letter of one that is refused only looks like one of ours."""

from __future__ import annotations

import unicodedata


def as_name(text: str) -> str:
    """The rule, and the first letter of ``text`` that is of another script."""
    rule = "a name begins with a letter and has up to 64 letters, digits, _ . or -"
    foreign = next((letter for letter in text if not letter.isascii()), None)
    if foreign is None:
        return rule
    return f"{rule}; the {foreign} in it is {unicodedata.name(foreign, 'a character').lower()}, U+{ord(foreign):04X}"
