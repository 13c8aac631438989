"""What proving the log found, as data and for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from spanwise.exporters.terminal import safe

__all__ = ["Problem", "Verification", "render_verification"]


class Problem(NamedTuple):
    """Something that was done to the log."""

    kind: str
    """`changed`, `missing`, `reordered`, `damaged`, `truncated`, `forged`, `unknown_key`, `removed` or `key_alive`."""
    record: int
    """Number of the record that it is about; of the first one where they are several."""
    place: str
    """File and line where it shows, such as `000001.jsonl:17`."""
    text: str
    """For people."""


@dataclass
class Verification:
    """What was proved, and what was not."""

    records: int = 0
    """Records that are in the log."""
    calls: int = 0
    """Those among them that stand for a call to a model."""
    checkpoints: int = 0
    """Checkpoints whose signature is right."""
    removed: int = 0
    """Records that retention removed."""
    erased: int = 0
    """Persons who were erased."""
    lost: int = 0
    """Calls that left no record because the log could not be written; it says so itself."""
    last: int = 0
    """Number of the last record."""
    signed: int = 0
    """Number of the last checkpoint whose signature is right."""
    signed_at: str = ""
    keys: list[str] = field(default_factory=list[str])
    """Fingerprints of the public keys that were trusted."""
    notes: list[str] = field(default_factory=list[str])
    problems: list[Problem] = field(default_factory=list[Problem])

    @property
    def ok(self) -> bool:
        """Nothing was done to the log."""
        return not self.problems

    @property
    def unsigned(self) -> int:
        """Records after the last checkpoint: they are chained, and not signed yet."""
        return self.last - self.signed

    def as_json(self) -> dict[str, object]:
        """For machines."""
        problems = [problem._asdict() for problem in self.problems]
        return {"ok": self.ok, **asdict(self), "unsigned": self.unsigned, "problems": problems}


def render_verification(found: Verification) -> str:
    """For people: the verdict first."""
    lines = [_verdict(found), "", *_facts(found)]
    lines += [f"note: {note}" for note in found.notes]
    lines += [f"{problem.place}: {problem.kind}: {safe(problem.text)}" for problem in found.problems]
    return "\n".join(lines)


def _verdict(found: Verification) -> str:
    if not found.ok:
        return f"NOT INTACT: {len(found.problems)} problem{'s' if len(found.problems) > 1 else ''}"
    return f"intact: {found.last} records, signed up to {found.signed}" + (
        f"; {found.unsigned} newer ones are chained and not signed yet" if found.unsigned else ""
    )


def _facts(found: Verification) -> list[str]:
    facts = [
        f"calls {found.calls}",
        f"checkpoints {found.checkpoints}" + (f", the last at {found.signed_at}" if found.signed_at else ""),
        f"removed by retention {found.removed}",
        f"persons erased {found.erased}",
        f"calls without a record {found.lost}",
        f"public key {', '.join(found.keys)}",
    ]
    return [f"  {fact}" for fact in facts]
