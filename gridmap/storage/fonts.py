"""Whether this machine can draw Chinese: without such a font a browser here shows boxes."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts", Path("/Library/Fonts"))
"""Searched where fontconfig is not installed."""
_NAMES = ("*CJK*", "*SourceHanSans*", "wqy-*", "*simsun*", "*msyh*", "*PingFang*", "DroidSansFallback*")
_TIMEOUT_S = 20


def find_chinese_font(folders: Sequence[Path] = FOLDERS) -> str | None:
    """Find a font with Chinese characters: its family by fontconfig, else a file by its name; None without any."""
    program = shutil.which("fc-list")
    if program is not None:
        try:
            command = [program, ":lang=zh-cn", "family"]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_TIMEOUT_S)
        except (OSError, subprocess.SubprocessError):
            pass
        else:
            families = sorted(line.split(",")[0] for line in done.stdout.splitlines() if line.strip())
            return families[0] if families else None
    for folder in folders:
        for name in _NAMES:
            found = next(folder.rglob(name), None) if folder.is_dir() else None
            if found is not None:
                return found.stem
    return None
