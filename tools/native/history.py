"""A past for a Prometheus that has none: what recording rules would have recorded of steady services for eight days.

Baselines need days before they say anything; a test and a demonstration have minutes.
"""

from __future__ import annotations

import math
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from native.build import binary

__all__ = ["Past", "write_past"]

_DAY = 86_400
_DAYS = 8
_STEP = 240
_WAVE = 0.1
"""How much the afternoon is above the day's mean, and the night below."""


@dataclass(frozen=True)
class Past:
    """What a service was like.

    Attributes:
        calls: per second. cost: USD per call. output: tokens per call. seconds: 95th percentile of the duration.
        model: the one it asked.
    """

    service: str
    environment: str
    calls: float
    cost: float = 0.0002
    output: float = 60.0
    seconds: float = 0.6
    errors: float = 0.0
    cached: float = 0.0
    model: str = "gpt-4o-mini"


def write_past(data: Path, pasts: Sequence[Past], until: float) -> None:
    """Put eight days before `until` (seconds since 1970) into the data folder of a Prometheus that does not run.

    Raises:
        subprocess.CalledProcessError: promtool refused it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        text = Path(folder, "past.txt")
        text.write_text("\n".join(_lines(pasts, int(until))) + "\n# EOF\n", encoding="utf-8")
        into_blocks: list[str | Path] = [
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "--quiet",
            "--max-block-duration=24h",
            text,
            data,
        ]
        subprocess.run([binary("promtool"), *into_blocks], check=True, capture_output=True, text=True)


def _lines(pasts: Sequence[Past], until: int) -> Iterator[str]:
    times = range(until - _DAYS * _DAY, until, _STEP)
    everything = [(name, labels, value, varies) for past in pasts for name, labels, value, varies in _series(past)]
    for name in sorted({name for name, *_ in everything}):
        yield f"# TYPE {name} gauge"
        for labels, value, varies in ((each[1], each[2], each[3]) for each in everything if each[0] == name):
            yield from (f"{name}{{{labels}}} {value * (_wave(at) if varies else 1):.9g} {at}" for at in times)


def _wave(at: int) -> float:
    return 1 + _WAVE * math.sin(2 * math.pi * (at % _DAY) / _DAY - math.pi)


def _series(past: Past) -> Iterator[tuple[str, str, float, bool]]:
    """Name, labels, mean and whether it follows the time of day."""
    who = f'service_name="{past.service}",deployment_environment_name="{past.environment}"'
    model = f'{who},gen_ai_request_model="{past.model}"'
    answers = past.calls * (1 - past.errors)
    spent = answers * past.cost
    yield "genai:service:calls:rate5m", who, past.calls, True
    yield "genai:service:answers:rate5m", who, answers, True
    yield "genai:service:errors:rate5m", who, past.calls * past.errors, True
    yield "genai:service:error_ratio:rate5m", who, past.errors, False
    yield "genai:service:duration_p50:5m", who, past.seconds / 2, False
    yield "genai:service:duration_p95:5m", who, past.seconds, False
    yield "genai:service:cost_usd:per_hour", who, 3600 * spent, True
    yield "genai:service:cost_usd:day", who, _DAY * spent, False
    yield "genai:service:output_tokens_per_call:rate5m", who, past.output, False
    yield "genai:model:calls:rate5m", f'{model},spanwise_outcome="ok"', answers, True
    yield "genai:model:cost_usd:rate5m", model, spent, True
    if past.cached:
        yield "genai:service:cache_hit_ratio:rate5m", who, past.cached, False
