"""Settings of the audit log, and where its two folders are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from spanwise.core.settings import setting

__all__ = ["AuditError", "AuditSettings", "Folders", "folders"]


class AuditError(Exception):
    """The audit log cannot be used; the text is one line for people that says what to do."""


def _positive(value: float) -> bool:
    return value > 0


def _all_positive(days: Mapping[str, float]) -> bool:
    return bool(days) and all(value > 0 for value in days.values())


@dataclass(frozen=True)
class AuditSettings:
    """Area `audit`."""

    path: str | None = setting(
        None, "Folder of the audit log. Naming one switches it on: every call leaves a record there."
    )
    keys: str | None = setting(
        None,
        "Folder of the signing key and of the keys of persons; by default beside the log, its name with `-keys` "
        "at the end. Never back it up together with the log.",
    )
    content: bool = setting(
        True, "Keep redacted prompts and completions, encrypted per person, where `capture.content` captures them."
    )
    retention: Mapping[str, float] = setting(
        {"standard": 365.0, "short": 30.0, "long": 3650.0},
        "Days that records are kept, by retention class; `spanwise audit retain` removes older ones.",
        check=_all_positive,
        expects="class=days pairs, days above 0",
    )
    default_class: str = setting("standard", "Retention class of calls that name none, or one that is not known.")
    checkpoint_records: int = setting(
        1000, "Records after which a checkpoint is signed.", check=_positive, expects="a number above 0"
    )
    checkpoint_interval: float = setting(
        60.0,
        "Seconds after which a checkpoint is signed where there are new records.",
        check=_positive,
        expects="a number of seconds above 0",
    )
    segment_bytes: int = setting(
        16 * 1024 * 1024,
        "Bytes after which a new file is begun; one is begun each day, too.",
        check=_positive,
        expects="a number of bytes above 0",
    )
    pending: int = setting(
        10_000,
        "Records that wait in memory while the log cannot be written. Later ones are lost; the log itself says how "
        "many, once it can be written again.",
        check=_positive,
        expects="a number above 0",
    )
    sync: Literal["checkpoint", "record"] = setting(
        "checkpoint",
        "When the operating system is asked to put records on the disk: a power failure loses what came after. "
        "A killed process loses nothing either way.",
    )

    def days(self, retention_class: object) -> float:
        """How long a record of this class is kept; without end where not even the default class is known."""
        known = self.retention.get(str(retention_class))
        return known if known is not None else self.retention.get(self.default_class, float("inf"))


class Folders(NamedTuple):
    """The log, which may be copied to whoever verifies it, and the keys, which must not."""

    log: Path
    keys: Path


def folders(settings: AuditSettings) -> Folders:
    """Absolute paths of the two folders.

    Raises:
        AuditError: no folder is named.
    """
    if not settings.path:
        raise AuditError("no audit log is named: set SPANWISE_AUDIT_PATH, or audit.path in spanwise.yaml")
    log = Path(settings.path).expanduser().absolute()
    keys = Path(settings.keys).expanduser().absolute() if settings.keys else log.with_name(f"{log.name}-keys")
    return Folders(log, keys)
