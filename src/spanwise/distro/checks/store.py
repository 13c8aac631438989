"""Whether the local store can be written, and whether it will fit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from spanwise.core.settings import load
from spanwise.distro.checks.exporters import SIGNALS, exporter_names
from spanwise.distro.checks.finding import Finding, Setup
from spanwise.exporters.database import open_for_reading
from spanwise.exporters.schema import StoreError
from spanwise.exporters.store import StoreSettings

__all__ = ["check_store"]

_TOPIC = "local store"
_MEGABYTE = 1024 * 1024


def check_store(setup: Setup) -> Iterator[Finding]:
    """Nothing is said where no signal goes to the store."""
    if setup.variable("OTEL_CONFIG_FILE") or not any("spanwise" in exporter_names(setup, s) for s in SIGNALS):
        return
    settings = load(StoreSettings, "store", setup.settings_file, setup.environ)
    path = setup.directory / Path(settings.path).expanduser()
    problem = _unwritable(path)
    if problem is not None:
        yield problem
        return
    size = _size(path)
    yield Finding(_TOPIC, "ok", f"{path} can be written; it holds {size / _MEGABYTE:.1f} MB")
    free = shutil.disk_usage(_existing(path)).free
    if free < settings.max_bytes - size:
        yield Finding(
            _TOPIC,
            "warning",
            f"the disk of {path} has {free / _MEGABYTE:.0f} MB left, but the store may grow to "
            f"{settings.max_bytes / _MEGABYTE:.0f} MB",
            f"free some disk space, or SPANWISE_STORE_MAX_BYTES={max(_MEGABYTE, (size + free) // 2)}",
        )


def _unwritable(path: Path) -> Finding | None:
    parent = _existing(path)
    if path.is_dir():
        text = f"{path} is a folder"
    elif not parent.is_dir():
        text = f"{path} cannot be made, because {parent} is a file"
    elif not os.access(path if path.exists() else parent, os.W_OK):
        text = f"{path} cannot be written by this user"
    else:
        return _not_a_store(path)
    return Finding(_TOPIC, "failure", text, "SPANWISE_STORE_PATH=<file that can be written>")


def _existing(path: Path) -> Path:
    """The nearest thing above the file that is there."""
    return next(parent for parent in path.parents if parent.exists())


def _not_a_store(path: Path) -> Finding | None:
    if _size(path) == 0:
        return None
    try:
        with open_for_reading(path):
            return None
    except StoreError as error:
        return Finding(_TOPIC, "failure", str(error), "SPANWISE_STORE_PATH=<another file>")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
