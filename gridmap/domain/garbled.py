"""Text that went through a wrong encoding on its way."""

import re
import unicodedata

# Bytes of UTF-8 or GBK Chinese read as Latin-1 or Windows-1252 give runs of these letters; no name in Chinese, and
# hardly one in any language, has three of them in a row.
_LATIN_RUN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{3,}"
)
# A converter that could not map a Chinese character wrote '?' in its place, one or two per character.
_LOST = re.compile(r"[\u3400-\u9fff]\?{2,}|\?{2,}[\u3400-\u9fff]|^\?{2,}$")
_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")
_BAD_CATEGORIES = {"Co", "Cn", "Cc", "Cs"}


def is_garbled(text: str) -> bool:
    """Tell whether a text shows signs of a wrong encoding.

    Signs: U+FFFD, private-use, unassigned or control characters; Chinese characters followed or preceded by `??`; runs
    of accented Latin letters such as multi-byte Chinese leaves when it is read byte by byte; text whose GBK bytes are
    Chinese in UTF-8. A single rare character is no sign: names of villages have those.
    """
    if text.isascii() and "?" not in text and text.isprintable():
        return False
    if any(character == "\ufffd" or unicodedata.category(character) in _BAD_CATEGORIES for character in text):
        return True
    return bool(_LATIN_RUN.search(text) or _LOST.search(text)) or _is_utf8_read_as_gbk(text)


def _is_utf8_read_as_gbk(text: str) -> bool:
    """Tell whether the text's GBK bytes are two or more whole Chinese characters in UTF-8.

    Three bytes to a character with the first in E4-E9: in GBK those are characters of the rare second level, so that
    a real name of three of them does not happen (the known accident, two common characters that are valid UTF-8,
    makes no Chinese).
    """
    raw = text.encode("gb18030", "ignore")
    whole = raw[: len(raw) - len(raw) % 3]
    try:
        return bool(_CHINESE.fullmatch(whole.decode("utf-8")))
    except UnicodeDecodeError:
        return False
