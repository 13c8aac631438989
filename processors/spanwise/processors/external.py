"""Content that is too large for a span: redacted, kept in a folder, and referred to by its address."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

__all__ = ["ContentFolder"]


class ContentFolder:
    """Files named by the SHA-256 of their content, so the same system prompt is kept once.

    The folder may be a mounted bucket. Files are readable by their owner only.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder).expanduser().absolute()

    def keep(self, text: str) -> str:
        """Write a text unless it is there already; returns its `file://` address.

        Raises:
            OSError: it cannot be written.
        """
        data = text.encode("utf-8", "replace")
        path = self._folder / f"{hashlib.sha256(data).hexdigest()}.json"
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = path.with_suffix(f".{os.getpid()}")
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
            unfinished.replace(path)
        return path.as_uri()
