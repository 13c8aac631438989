"""The self-test: a process of its own installs the pipeline, makes two calls to a model that is not there, and looks.

Nothing is sent: the calls end in a transport inside the process, the spans in its memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

from spanwise.distro.checks.finding import Finding, Setup
from spanwise.distro.reference import effective
from spanwise.instrumentation.transports.httpx import MODULES
from spanwise.processors.policy import read_policy
from spanwise.processors.redact import Redactor
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import CALLS

__all__ = ["check_pipeline", "rehearse"]

_TOPIC = "self-test"
_ADDRESS = "ada.lovelace@example.com"
_SECONDS = 60.0
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from spanwise.distro.checks.rehearsal import rehearse; rehearse()"
)
_REPORT = "open an issue with the output of `spanwise doctor`"
_OVERRIDES = {"SPANWISE_PRICE_UPDATE": "false", "SPANWISE_SAMPLE_RATIO": "1"}
_LEFT_OUT = ("OTEL_", "PYTHONPATH")
_ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "model": "gpt-4o-mini",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Good day."}}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
}
_REFUSAL = {"error": {"message": f"the user {_ADDRESS} is not known", "type": "invalid_request_error"}}


def check_pipeline(setup: Setup) -> Iterator[Finding]:
    """One call that is answered and one that is refused: spans, price, redaction, metrics."""
    values = {item.setting.key: item.value for item in effective(setup.settings_file, setup.environ)}
    if not values["general.enabled"] or not values["general.wire"]:
        yield Finding(_TOPIC, "note", "not run, because capturing calls is switched off in the settings")
    elif not any(setup.version(name) for name in MODULES):
        yield Finding(_TOPIC, "note", "not run: it needs httpx", "pip install httpx")
    else:
        redactor = Redactor(read_policy(setup.settings_file, setup.environ).settings)
        yield from _judged(_run(setup), values, redactor)


def _run(setup: Setup) -> Mapping[str, object] | str:
    """What the other process saw; where it failed, the last line that it wrote."""
    environ = {name: value for name, value in setup.environ.items() if not name.startswith(_LEFT_OUT)}
    command = [sys.executable, "-c", _START, json.dumps([os.path.abspath(entry) for entry in sys.path if entry])]
    try:
        done = subprocess.run(
            command,
            env={**environ, **_OVERRIDES},
            cwd=setup.directory,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it did not end within {_SECONDS:g} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
    return cast("dict[str, object]", json.loads(done.stdout.splitlines()[-1]))


def _judged(seen: Mapping[str, object] | str, values: Mapping[str, object], redactor: Redactor) -> Iterator[Finding]:
    if isinstance(seen, str):
        yield Finding(_TOPIC, "failure", f"the pipeline does not start: {seen}", _REPORT)
        return
    if seen["calls"] != 2:
        yield Finding(_TOPIC, "failure", f"two calls became {seen['calls']} spans", _REPORT)
    if values["price.enabled"] and not seen["cost"]:
        yield Finding(_TOPIC, "failure", "a call to gpt-4o-mini was not priced", "check SPANWISE_PRICE_OVERRIDES")
    if seen["metric"] is not True:
        yield Finding(_TOPIC, "failure", f"the metric {CALLS.name} was not recorded", _REPORT)
    yield from _leak(seen, redactor)
    if seen["calls"] == 2 and seen["metric"] is True:
        said = [f"priced ({seen['cost']} USD)"] if seen["cost"] else []
        said += ["redacted"] if seen["redacted"] and not seen["leaked"] else []
        yield Finding(_TOPIC, "ok", f"two calls became two spans: {', '.join([*said, 'measured'])}")


def _leak(seen: Mapping[str, object], redactor: Redactor) -> Iterator[Finding]:
    if redactor.at("error").text(_ADDRESS, {}) == _ADDRESS:
        yield Finding(_TOPIC, "note", "e-mail addresses leave the process, as the settings say")
    elif seen["leaked"] or not seen["redacted"]:
        yield Finding(_TOPIC, "failure", "an e-mail address in an error text was not redacted", _REPORT)


def rehearse() -> None:
    """Run in the other process: install on providers of its own, make the calls, print what came out as JSON."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from spanwise.distro.install import install

    exporter, reader, tracers = InMemorySpanExporter(), InMemoryMetricReader(), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    install(tracers, MeterProvider([reader]))
    _call_twice()
    tracers.force_flush()
    spans = exporter.get_finished_spans()
    text = "".join(span.to_json() for span in spans)
    attributes = [dict(span.attributes or {}) for span in spans]
    seen = {
        "calls": sum(names.OPERATION_NAME in found for found in attributes),
        "cost": next((found[names.COST_AMOUNT] for found in attributes if names.COST_AMOUNT in found), None),
        "leaked": _ADDRESS in text,
        "redacted": any(names.REDACTION_COUNT in found for found in attributes),
        "metric": CALLS.name in str(reader.get_metrics_data()),
    }
    print(json.dumps(seen))


def _call_twice() -> None:
    name = next(name for name in MODULES if _importable(name))
    httpx: Any = import_module(name)

    def answer(request: Any) -> Any:
        body = json.loads(request.content)
        known = body["user"] == "known"
        return httpx.Response(200 if known else 400, json=_ANSWER if known else _REFUSAL)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        for user in ("known", "unknown"):
            body = {"model": "gpt-4o-mini", "user": user, "messages": [{"role": "user", "content": "Good morning."}]}
            client.post("https://api.openai.com/v1/chat/completions", json=body)


def _importable(name: str) -> bool:
    try:
        import_module(name)
    except ImportError:
        return False
    return True
