"""`spanwise incident` on the real Prometheus and Tempo, with a past of some hours in which a rate limit was hit."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import cast

import pytest
import yaml
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan

from catalogue.alerts import ALERTS
from native.build import binary
from native.compose import ROOT
from native.programs import Stack
from spanwise.distro.cli import main
from spanwise.distro.incident.fetch import Server
from spanwise.distro.incident.symptom import SYMPTOMS, Symptom
from spanwise.distro.incident.tempo import Tempo
from spanwise.distro.incident.window import Window, instant
from spanwise.semconv import attributes as names
from stack.native.waiting import eventually
from unit.incident_telemetry import HOUR, rate_limited

pytestmark = [pytest.mark.native, pytest.mark.stack]

_STEP = 30
_ALERT = "GenAIErrorRateHigh"
_RULE = {alert.name: alert for alert in ALERTS}[_ALERT]
_HOLD, _KEEP = (int(time.removesuffix("m")) * 60 for time in (_RULE.hold, _RULE.keep))


@pytest.fixture(scope="module")
def begin() -> float:
    """An hour's incident that has ended half an hour ago: the alert was kept for a while, and is over."""
    return float(int(time.time()) // _STEP * _STEP - HOUR - 1800)


@pytest.fixture(scope="module")
def stack(begin: float, tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    calls = [span for span in rate_limited(begin) if (span.end_time or 0) < time.time_ns()]
    folder = tmp_path_factory.mktemp("stack")
    configurations = {"grafana/tempo": _lenient(folder / "tempo-configuration")}
    stack = Stack(folder, ["prometheus", "tempo"], configurations=configurations)
    data = Path(stack.places("prometheus")["/prometheus"])
    _write_blocks(data, [*_counters(calls, begin), *_durations(begin), *_alerts(begin)])
    with stack:
        _send(stack.url("tempo", 4317), calls)
        tempo, hour = Tempo(Server("Tempo", stack.url("tempo"))), Window(begin, begin + HOUR)
        refused = f'span.{names.OUTCOME} = "rate_limit"'
        assert eventually(lambda: len(tempo.search(refused, hour, 100, "")) == 60)
        weight = f"span.{names.SAMPLING_WEIGHT}"
        assert eventually(lambda: sum(tempo.sums(refused, weight, "span.user.id", hour).values()) == 60)
        yield stack


_LENIENT = """
metrics_generator:
  metrics_ingestion_time_range_slack: 6h
  traces_storage: {ingestion_time_range_slack: 6h}
  processor: {local_blocks: {max_block_duration: 1s, trace_idle_period: 1s, flush_check_period: 1s}}
ingester: {max_block_duration: 1s, trace_idle_period: 1s, flush_check_period: 1s}
storage: {trace: {blocklist_poll: 1s, wal: {ingestion_time_range_slack: 6h}}}
"""
"""Tempo takes spans that ended hours ago, and has them in blocks at once, as if it had got them then."""


def _lenient(folder: Path) -> Path:
    """The shipped configuration with that."""
    settings: dict[str, object] = yaml.safe_load((ROOT / "grafana/tempo/tempo.yaml").read_text("utf-8"))
    folder.mkdir()
    (folder / "tempo.yaml").write_text(yaml.safe_dump(_merged(settings, yaml.safe_load(_LENIENT))), encoding="utf-8")
    return folder


def _merged(one: dict[str, object], other: dict[str, object]) -> dict[str, object]:
    """Mappings within each other, `other` wins."""
    for key, value in other.items():
        known = one.get(key)
        both = isinstance(known, dict) and isinstance(value, dict)
        one[key] = _merged(cast("dict[str, object]", known), cast("dict[str, object]", value)) if both else value
    return one


def _write_blocks(data: Path, lines: Sequence[str]) -> None:
    data.mkdir(parents=True, exist_ok=True)
    text = data.parent / "past.txt"
    text.write_text("\n".join([*lines, "# EOF\n"]), encoding="utf-8")
    arguments: list[str | Path] = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", text, data]
    subprocess.run([binary("promtool"), *arguments], check=True, capture_output=True, text=True)


def _counters(calls: Sequence[ReadableSpan], begin: float) -> Iterator[str]:
    """What the recording rules would have made of these calls, sample by sample."""
    counts: Counter[str] = Counter()
    samples: dict[str, list[str]] = {}
    waiting = sorted(calls, key=lambda span: span.start_time or 0)
    for at in range(int(begin) - 2 * HOUR, int(begin) + HOUR + 1800, _STEP):
        while waiting and (waiting[0].start_time or 0) < at * 10**9:
            counts[_labels(waiting.pop(0))] += 1
        for labels, count in counts.items():
            samples.setdefault(labels, []).append(f"genai:calls:total{labels} {count} {at}")
    yield "# TYPE genai:calls:total gauge"
    for lines in samples.values():
        yield from lines


def _labels(span: ReadableSpan) -> str:
    given = {**span.resource.attributes, **(span.attributes or {})}
    kept = ("service.name", "service.version", names.OPERATION_NAME, names.PROVIDER_NAME, names.REQUEST_MODEL,
            names.FEATURE, names.OUTCOME, names.ERROR_TYPE)  # fmt: skip
    pairs = (f'{name.replace(".", "_")}="{given[name]}"' for name in kept if name in given)
    return "{" + ",".join(pairs) + "}"


def _durations(begin: float) -> Iterator[str]:
    """Two models with a call each twenty seconds; in the incident half of those of one are slower than 1.28 s."""
    yield "# TYPE genai:duration_seconds_bucket:rate5m gauge"
    for model, le in product(("gpt-5.2", "gpt-5.2-mini"), ("0.64", "1.28", "+Inf")):
        labels = f'{{service_name="shop",gen_ai_request_model="{model}",le="{le}"}}'
        for at in range(int(begin) - 2 * HOUR, int(begin) + HOUR + 1800, _STEP):
            slow = begin <= at < begin + HOUR and model == "gpt-5.2"
            rate = {"0.64": 0.0, "1.28": 0.025 if slow else 0.05, "+Inf": 0.05}[le]
            yield f"genai:duration_seconds_bucket:rate5m{labels} {rate} {at}"


def _alerts(begin: float) -> Iterator[str]:
    yield "# TYPE ALERTS gauge"
    labels = f'{{alertname="{_ALERT}",alertstate="firing",service_name="shop",priority="P1"}}'
    for at in range(int(begin) + _HOLD, int(begin) + HOUR + _KEEP, _STEP):
        yield f"ALERTS{labels} 1 {at}"


def _send(address: str, calls: Sequence[ReadableSpan]) -> None:
    exporter = OTLPSpanExporter(address.removeprefix("http://"), insecure=True)
    for start in range(0, len(calls), 200):
        exporter.export(calls[start : start + 200])
    exporter.shutdown()  # pyright: ignore[reportUnknownMemberType]


def report(stack: Stack, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    servers = ["--prometheus", stack.url("prometheus"), "--tempo", stack.url("tempo")]
    assert main(["incident", *servers, "--json", *more]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def values(found: dict[str, object], which: str) -> set[tuple[object, object]]:
    return {(one["dimension"], one["value"]) for one in cast("list[dict[str, object]]", found[which])}


def test_report_finds_window_affected_calls_and_factors(
    stack: Stack, begin: float, capsys: pytest.CaptureFixture[str]
) -> None:
    found = report(stack, capsys, "--alert", _ALERT)
    assert found["window"] == {"start": pytest.approx(begin, abs=60), "end": pytest.approx(begin + HOUR, abs=60)}
    assert found["now"] == {"bad": pytest.approx(60, abs=2), "all": pytest.approx(360, abs=6)}
    assert values(found, "kinds") == {(names.OUTCOME, "rate_limit"), (names.ERROR_TYPE, "429")}
    assert values(found, "factors") == {(names.REQUEST_MODEL, "gpt-5.2"), (names.FEATURE, "checkout")}
    assert [how for _, _, how in cast("list[tuple[object, object, str]]", found["ties"])] == ["both"]
    assert (found["users"], found["gaps"]) == (7, [])
    assert found["scope"] == {"service.name": "shop"}
    assert found["examples"]


def test_slow_calls_are_counted_in_buckets(stack: Stack, begin: float, capsys: pytest.CaptureFixture[str]) -> None:
    times = ("--from", instant(begin), "--to", instant(begin + HOUR))
    found = report(stack, capsys, "--symptom", "latency", *times)
    assert (found["threshold_s"], found["gaps"]) == (1.28, [])
    assert found["now"] == {"bad": pytest.approx(90, rel=0.02), "all": pytest.approx(360, rel=0.02)}
    assert values(found, "factors") == {(names.REQUEST_MODEL, "gpt-5.2")}


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda symptom: symptom.name)
def test_servers_take_the_queries_of_each_symptom(
    stack: Stack, begin: float, capsys: pytest.CaptureFixture[str], symptom: Symptom
) -> None:
    times = ("--from", instant(begin), "--to", instant(begin + HOUR))
    assert report(stack, capsys, "--symptom", symptom.name, *times)["gaps"] == []
