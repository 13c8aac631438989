"""Every way to start: three calls become three spans, priced, redacted and counted, and others work on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from spanwise.exporters.summary import summarise
from spanwise.semconv import attributes as names
from stack.applications import PROGRAMS, Result, bare, command, instrumented, run
from stack.receivers import HttpReceiver, grpc_receiver
from stack.telemetry import Telemetry

pytestmark = pytest.mark.stack

RAW = ("grace.miller@gmail.com", "4539 1488 0343 6467")
OURS_ALONE = {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "openai,anthropic", "ANTHROPIC_OTEL_DISABLED": "true"}
MODELS = ["claude-haiku-4-5", "gpt-4.1-mini", "gpt-4o-mini"]


def assert_worked(done: Result) -> None:
    assert done.status == 0, done.err
    stop, length, reason = done.out.split()
    assert (stop, reason) == ("stop", "end_turn")
    assert int(length) > 100


def assert_complete(telemetry: Telemetry, *, content: bool = True) -> None:
    """One span per call, priced; metrics of all of them; nothing raw in any signal."""
    assert sorted(str(call.attributes[names.REQUEST_MODEL]) for call in telemetry.calls) == MODELS
    for call in telemetry.calls:
        assert call.attributes[names.OUTCOME] == "ok"
        assert ("[EMAIL]" in str(call.attributes.get(names.INPUT_MESSAGES))) is content
    assert telemetry.total("spanwise.client.calls") == 3
    costs = [float(str(call.attributes[names.COST_AMOUNT])) for call in telemetry.calls]
    assert min(costs) > 0
    assert telemetry.total("spanwise.client.cost") == pytest.approx(sum(costs))
    assert telemetry.logs
    assert all("[EMAIL]" in str(log.body) for log in telemetry.logs)
    assert not any(telemetry.holds(value) for value in RAW)


def http_spans(telemetry: Telemetry) -> int:
    """Spans of the HTTP client's own instrumentor, each a child of a call."""
    calls = {call.span_id for call in telemetry.calls}
    return sum(span.parent_id in calls for span in telemetry.spans if "httpx" in span.scope)


@pytest.mark.parametrize("others", [True, False], ids=["beside_other_instrumentors", "alone"])
def test_stock_distribution_with_otlp_over_http(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, others: bool
) -> None:
    given = {} if others else OURS_ALONE
    done = run(instrumented("chat.py"), {**settings, **given, "SPANWISE_CAPTURE_CONTENT": "true"}, tmp_path)
    assert_worked(done)
    assert done.ours == []
    assert_complete(receiver.received)
    assert http_spans(receiver.received) == 3


def test_ordinary_spans_carry_all_but_content(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    given = {**OURS_ALONE, "SPANWISE_PIPELINE_SPANS": "ordinary", "SPANWISE_CAPTURE_CONTENT": "true"}
    done = run(instrumented("chat.py"), {**settings, **given}, tmp_path)
    assert_worked(done)
    assert_complete(receiver.received, content=False)


def test_stock_distribution_with_otlp_over_grpc(settings: dict[str, str], tmp_path: Path) -> None:
    with grpc_receiver() as (url, received):
        given = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "SPANWISE_CAPTURE_CONTENT": "true",
        }
        done = run(instrumented("chat.py"), {**settings, **given}, tmp_path)
    assert_worked(done)
    assert_complete(received)
    assert http_spans(received) == 3


def test_distribution_and_configurator_of_somebody_else(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    metadata = tmp_path / "packages" / "acme-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[opentelemetry_distro]\nacme = acme_distro:AcmeDistro\n"
        "[opentelemetry_configurator]\nacme = acme_distro:AcmeConfigurator\n"
    )
    given = {
        "PYTHONPATH": f"{metadata.parent}:{PROGRAMS}",
        "OTEL_PYTHON_DISTRO": "acme",
        "OTEL_PYTHON_CONFIGURATOR": "acme",
        "SPANWISE_CAPTURE_CONTENT": "true",
    }
    done = run(instrumented("chat.py"), {**settings, **given}, tmp_path)
    assert_worked(done)
    assert_complete(receiver.received)
    assert http_spans(receiver.received) == 3
    assert all(call.resource["acme"] == "yes" for call in receiver.received.calls)


DECLARED = """
file_format: "1.0"
resource:
  attributes:
    - {{name: service.name, value: shop}}
tracer_provider:
  processors:
    - batch: {{exporter: {{otlp_http: {{endpoint: "{url}/v1/traces"}}}}}}
meter_provider:
  readers:
    - periodic: {{interval: 60000, exporter: {{otlp_http: {{endpoint: "{url}/v1/metrics"}}}}}}
  views:
    - selector: {{instrument_name: spanwise.client.calls}}
      stream: {{attribute_keys: {{included: [gen_ai.provider.name]}}}}
logger_provider:
  processors:
    - batch: {{exporter: {{otlp_http: {{endpoint: "{url}/v1/logs"}}}}}}
"""


def test_declarative_configuration_with_its_views(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    (tmp_path / "otel.yaml").write_text(DECLARED.format(url=receiver.url))
    given = {"OTEL_CONFIG_FILE": str(tmp_path / "otel.yaml"), "SPANWISE_CAPTURE_CONTENT": "true"}
    done = run(instrumented("chat.py"), {**settings, **given}, tmp_path)
    assert_worked(done)
    assert_complete(receiver.received)
    assert http_spans(receiver.received) == 3
    labels = [point.attributes for point in receiver.received.points if point.name == "spanwise.client.calls"]
    assert {tuple(given) for given in labels} == {("gen_ai.provider.name",)}


def test_without_a_provider_the_application_works_and_one_line_says_what_is_missing(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    done = run(instrumented("chat.py"), {**settings, "OTEL_PYTHON_CONFIGURATOR": "nope"}, tmp_path)
    assert_worked(done)
    assert len(done.ours) == 1
    assert "no tracer provider" in done.ours[0]
    assert receiver.requests == 0


@pytest.mark.parametrize("way", ["nothing", "given", "late"])
def test_configured_from_code(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, way: str) -> None:
    done = run(command("configured_in_code.py", way), {**settings, "SPANWISE_CAPTURE_CONTENT": "true"}, tmp_path)
    assert_worked(done)
    assert done.ours == []
    assert_complete(receiver.received)


def test_local_store_and_no_server(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    spanwise = [sys.executable, "-m", "spanwise.distro", "run", "--content", "--", *command("chat.py")]
    done = run(spanwise, bare(settings), tmp_path)
    assert_worked(done)
    assert done.ours == []
    store = tmp_path / ".spanwise" / "telemetry.db"
    summary = summarise(store)
    assert (summary.calls, summary.outcomes) == (3, {"ok": 3})
    assert summary.cost > 0
    written = b"".join(path.read_bytes() for path in store.parent.glob("telemetry.db*"))
    assert b"[EMAIL]" in written
    assert not any(value.encode() in written for value in RAW)
    assert receiver.requests == 0


def test_switched_off_leaves_everything_as_it_was(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    done = run(instrumented("chat.py"), {**settings, "SPANWISE_GENERAL_ENABLED": "false"}, tmp_path)
    assert_worked(done)
    assert done.ours == []
    assert not receiver.received.holds("spanwise.")
    assert len([span for span in receiver.received.spans if "httpx" in span.scope]) == 3


def test_disabled_sdk_sends_nothing(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    done = run(instrumented("chat.py"), {**settings, "OTEL_SDK_DISABLED": "true"}, tmp_path)
    assert_worked(done)
    assert done.ours == []
    assert receiver.requests == 0
