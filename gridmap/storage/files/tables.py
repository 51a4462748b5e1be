"""Read tables without geometry: CSV and XLSX, every cell as text."""

import warnings
import zipfile
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pandas as pd

from gridmap.errors import InputError, NotFoundError
from gridmap.storage.files.encodings import find_text_encoding


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV (UTF-8, with or without BOM, else GB18030) or the first sheet of an XLSX.

    Returns
    -------
    DataFrame
        Texts as written (codes keep their zeros), empty cells as empty text; the index is the line or row number
        of a spreadsheet, so that the first row under the header is 2.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it is neither, or can't be read.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file {path}.")
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            frame = _read_csv(path)
        elif suffix == ".xlsx":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # openpyxl: features of a sheet that it does not keep
                frame = pd.read_excel(path, dtype=str, engine="openpyxl", keep_default_na=False)
        else:
            raise InputError(f"{path.name}: a table is a .csv or .xlsx file.")
    except (
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        OSError,
    ) as error:
        raise InputError(f"{path.name} can't be read: {error}. Save it again as CSV (UTF-8) or XLSX.") from error
    frame = frame.fillna("")
    frame.columns = [str(name).strip() for name in frame.columns]
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    encoding = find_text_encoding(path.read_bytes(), path.name)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
