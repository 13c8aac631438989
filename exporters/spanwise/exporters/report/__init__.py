"""The report: one HTML page that needs nothing but a browser."""

from __future__ import annotations

import os
from pathlib import Path

from spanwise.exporters.report.data import read_report
from spanwise.exporters.report.page import render_page

__all__ = ["write_report"]


def write_report(
    path: str | Path, out: str | Path = "spanwise-report.html", since_ns: int | None = None, title: str | None = None
) -> Path:
    """Write a store's report and return where it is.

    Args:
        path: the store.
        out: the page, replaced in one step where it exists; readable by its owner alone, as content may be in it.
        since_ns: only what happened since then (epoch, ns).
        title: the heading; the services' names where none is given.

    Raises:
        StoreError: there is no store at the path, or it cannot be read.
        OSError: the page cannot be written.
    """
    page = render_page(read_report(Path(path), since_ns), title)
    out = Path(out)
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(page)
    draft.replace(out)
    return out
