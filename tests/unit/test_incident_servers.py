"""What servers answer, and what a report says when they do not. On the real ones: tests/stack/native."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from spanwise.distro.cli import main
from spanwise.distro.incident.command import headers
from spanwise.distro.incident.fetch import NoAnswer, Server
from spanwise.distro.incident.prometheus import Prometheus, Series, firing, matcher, quoted
from spanwise.distro.incident.queries import Part, increase, trace_filter
from spanwise.distro.incident.source import Bound
from spanwise.distro.incident.symptom import FAILED, symptom_named
from spanwise.distro.incident.tempo import Tempo
from spanwise.distro.incident.window import Window

Answers = dict[str, tuple[int, str]]
HOUR = Window(1_780_000_000, 1_780_003_600)


class Stub:
    """Answers a path with a status and a text, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: Answers = {}
        self.asked: list[tuple[str, Mapping[str, list[str]], Mapping[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def says(self, path: str, answer: object, status: int = 200) -> None:
        self.answers[path] = (status, answer if isinstance(answer, str) else json.dumps(answer))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            stub.asked.append((parts.path, parse_qs(parts.query), dict(self.headers)))
            status, text = stub.answers.get(parts.path, (404, "no such page"))
            self.send_response(status)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test looks at `asked`."""

    return Handler


@pytest.fixture
def stub() -> Generator[Stub]:
    stub = Stub()
    yield stub
    stub.stop()


def vector(*values: tuple[dict[str, str], str]) -> object:
    result = [{"metric": labels, "value": [1_780_000_000, value]} for labels, value in values]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def matrix(*values: tuple[dict[str, str], list[tuple[float, float]]]) -> object:
    result = [{"metric": labels, "values": [[at, str(value)] for at, value in points]} for labels, points in values]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def test_values_that_are_no_number_are_left_out(stub: Stub) -> None:
    stub.says("/api/v1/query", vector(({"a": "1"}, "2.5"), ({"a": "2"}, "NaN")))
    found = Prometheus(Server("Prometheus", stub.url)).instant("x", 1)
    assert [(one.labels, [value for _, value in one.points]) for one in found] == [
        ({"a": "1"}, [2.5]),
        ({"a": "2"}, []),
    ]


def test_headers_of_the_environment_are_sent(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_HEADERS", "Authorization=Bearer%20abc%3D,X-Scope-OrgID=team-a")
    stub.says("/api/v1/query", vector())
    Prometheus(Server("Prometheus", stub.url, headers("PROMETHEUS_HEADERS"))).instant("x", 1)
    sent = {name.lower(): value for name, value in stub.asked[0][2].items()}
    assert (sent["authorization"], sent["x-scope-orgid"]) == ("Bearer abc=", "team-a")


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (400, '{"status":"error","error":"parse error: unexpected end"}', "refused (400): parse error: unexpected end"),
        (502, "<html>bad\ngateway</html>", "refused (502): <html>bad gateway</html>"),
        (200, "<html>log in</html>", "does not answer"),
    ],
)
def test_what_a_server_says_of_its_failure_is_one_line(stub: Stub, status: int, text: str, said: str) -> None:
    stub.says("/api/v1/query", text, status)
    with pytest.raises(NoAnswer) as caught:
        Prometheus(Server("Prometheus", stub.url)).instant("x", 1)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_server_that_is_away_is_not_asked_for_ever(stub: Stub) -> None:
    server = Server("Prometheus", stub.url)
    stub.says("/x", "no JSON")
    for _ in range(5):
        with pytest.raises(NoAnswer):
            server.get("/x", {})
    assert len(stub.asked) == 3


@pytest.mark.parametrize("url", ["prometheus:9090", "file:///etc/passwd", "http://"])
def test_only_addresses_of_http_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="begins with http"):
        Server("Prometheus", url)


def test_alert_is_known_by_its_rule_and_its_series(stub: Stub) -> None:
    rule = {"name": "A", "query": "x > 1", "duration": 120, "keepFiringFor": 600, "annotations": {"summary": "bad"}}
    stub.says("/api/v1/rules", {"data": {"groups": [{"rules": [{"name": "B"}, rule]}]}})
    own = {"__name__": "ALERTS", "alertname": "A", "alertstate": "firing", "service_name": "shop"}
    stub.says(
        "/api/v1/query_range", matrix((own, [(1_780_000_100.0, 1_780_000_090.0), (1_780_000_130.0, 1_780_000_120.0)]))
    )
    alert = Prometheus(Server("Prometheus", stub.url)).alert("A", HOUR)
    assert (alert.expression, alert.hold_s, alert.keep_s, alert.labels) == (
        "x > 1",
        120,
        600,
        ({"service_name": "shop"},),
    )
    assert alert.fired == Window(1_780_000_090, 1_780_000_120)
    assert (alert.annotations, alert.still_firing) == ({"summary": "bad"}, False)


def test_short_break_does_not_end_an_incident_and_a_long_one_does() -> None:
    times = [0.0, 30.0, 5000.0, 5030.0, 5500.0, 5530.0]
    assert firing([Series({}, tuple((time, time) for time in times))], 30) == Window(5000, 5530)
    assert firing([], 30) is None


def test_tempo_sums_pieces_of_long_windows_and_pads_trace_ids(stub: Stub) -> None:
    labels = [{"key": "span.user.id", "value": {"stringValue": "u-1"}}]
    nil = [{"key": "span.user.id", "value": {"stringValue": "nil"}}]
    stub.says("/api/metrics/query_range", {"series": [
        {"labels": labels, "samples": [{"timestampMs": "1", "value": 2}, {"timestampMs": "2"}]},
        {"labels": nil, "samples": [{"timestampMs": "1", "value": 1.5}]},
    ]})  # fmt: skip
    stub.says("/api/search", {"traces": [{"traceID": "abc", "rootTraceName": "chat", "startTimeUnixNano": "5000000000",
                                          "durationMs": 1500}]})  # fmt: skip
    tempo = Tempo(Server("Tempo", stub.url))
    assert tempo.sums("true", "span.x", "span.user.id", Window(0, 15_000)) == {"u-1": 4.0, "": 3.0}
    (example,) = tempo.search("true", HOUR, 5, "shown")
    assert (example.trace_id, example.start, example.seconds) == ("abc".rjust(32, "0"), 5.0, 1.5)


def test_values_from_telemetry_cannot_leave_their_string() -> None:
    assert quoted('a"} or vector(1) #\\') == '"a\\"} or vector(1) #\\\\"'
    assert matcher({"a": 'x"y', "b": ""}) == 'a="x\\"y"'


def test_series_that_begin_in_the_window_count_from_nothing() -> None:
    query = increase(
        Part('genai:calls:total{spanwise_outcome="auth"}', ("gen_ai.request.model",)), {"service.name": "shop"}, 90
    )
    inside = 'genai:calls:total{spanwise_outcome="auth", service_name="shop"}'
    assert query == (
        f"sum by (gen_ai_request_model) ((last_over_time({inside}[90s]) unless "
        f"last_over_time({inside}[1h] offset 90s)) or increase({inside}[90s]))"
    )


def test_affected_spans_are_found_by_what_the_symptom_counts() -> None:
    assert trace_filter(Bound(symptom_named("failures"))) == f'span.spanwise.outcome =~ "{"|".join(FAILED)}"'
    assert trace_filter(Bound(symptom_named("latency"), 2.56)) == "duration > 2560ms"
    assert trace_filter(Bound(symptom_named("calls"))) == ""


def test_server_that_is_away_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incident", "--prometheus", "http://127.0.0.1:9", "--alert", "GenAIErrorRateHigh"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("spanwise: Prometheus at http://127.0.0.1:9 does not answer: ")


def test_alert_that_has_not_fired_ends_with_one_line(stub: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    stub.says("/api/v1/rules", {"data": {"groups": []}})
    stub.says("/api/v1/query_range", matrix())
    assert main(["incident", "--prometheus", stub.url, "--alert", "GenAIErrorRateHigh"]) == 1
    assert capsys.readouterr().err == (
        "spanwise: GenAIErrorRateHigh has not fired in the last 24 hours; name the time with --from and --to\n"
    )


def test_report_says_which_questions_had_no_answer(stub: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    stub.says("/api/v1/query", vector(({}, "10")))
    arguments = ["incident", "--prometheus", stub.url, "--symptom", "failures", "--from", "2h", "--out", "-"]
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert "No answer: course of failed calls: Prometheus refused (404): no such page" in shown
    assert "No answer: no Tempo was named" in shown
