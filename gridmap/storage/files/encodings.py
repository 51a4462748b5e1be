"""Which encoding a text is in: the one fact that a Shapefile and a CSV leave out."""

import zipfile
from pathlib import Path

from gridmap.errors import InputError

# What GDAL takes from the driver byte or assumes without a .cpg is Latin-1; in China such files are GBK.
_CANDIDATES = ("utf-8", "gb18030")
_SAMPLE_BYTES = 4_000_000


def find_text_encoding(raw: bytes, name: str) -> str:
    """Find the encoding of a whole text file: UTF-8 with or without a mark, else GB18030.

    Raises
    ------
    InputError
        If it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise InputError(f"{name} is neither UTF-8 nor GB18030. Save it as CSV UTF-8.")


def find_shapefile_encoding(path: Path) -> str | None:
    """Find the encoding of a Shapefile's attributes: the .cpg's when it has one, else UTF-8 if the text is valid as
    such, else GB18030.

    Parameters
    ----------
    path
        A `.shp`, or a `.zip` that holds one.

    Returns
    -------
    str or None
        None when the file is no Shapefile: other formats say it themselves, or are UTF-8.
    """
    parts = _read_parts(path)
    if parts is None:
        return None
    code_page, table = parts
    if code_page:
        return None  # GDAL reads the .cpg itself
    text = _strip_header(table)
    for encoding in _CANDIDATES:
        try:
            text.decode(encoding)
        except UnicodeDecodeError as error:
            # A sample may end inside a character.
            if error.start < len(text) - 4:
                continue
        return encoding
    return None


def _strip_header(table: bytes) -> bytes:
    # dBASE III: bytes 8-9 hold the length of the header, whose reserved bytes are no text.
    length = int.from_bytes(table[8:10], "little")
    return table[length:]


def _read_parts(path: Path) -> tuple[str, bytes] | None:
    """Read the code page and the head of the attribute table; None when there is no Shapefile."""
    if path.suffix.lower() == ".shp":
        table = path.with_suffix(".dbf")
        if not table.exists():
            table = path.with_suffix(".DBF")
        if not table.exists():
            raise InputError(
                f"{path.name} has no .dbf beside it: codes and names are in there. Give the whole set of files."
            )
        code_page = path.with_suffix(".cpg")
        with table.open("rb") as opened:
            return code_page.read_text(errors="replace").strip() if code_page.exists() else "", opened.read(
                _SAMPLE_BYTES
            )
    if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            tables = [name for name in archive.namelist() if name.lower().endswith(".dbf")]
            if not tables:
                return None
            pages = [name for name in archive.namelist() if name.lower().endswith(".cpg")]
            with archive.open(tables[0]) as member:
                return archive.read(pages[0]).decode(errors="replace").strip() if pages else "", member.read(
                    _SAMPLE_BYTES
                )
    return None
