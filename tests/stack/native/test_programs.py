"""The stack of docker-compose.yml as programs of this machine, from an application's call to an alert that arrives."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import cast

import pytest

from native.build import PROGRAMS, binary
from native.compose import COMPOSE, ROOT
from native.places import free_address, is_free
from native.process import start
from native.programs import SERVICES, Stack, StartFailed, running
from native.webhook import sentence
from stack.native.otlp import new_trace, send, span
from stack.native.waiting import eventually

JsonObject = dict[str, object]
_VERSIONS = {
    "prometheus": "3.15.0",
    "promtool": "3.15.0",
    "alertmanager": "0.31.1",
    "amtool": "0.31.1",
    "tempo": "2.8.0-rc.0+87c2dc380cec",
    "otelcol": "0.158.0",
    "grafana": "10.1.0",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything, with an application that is busy."""
    quick = {"TAIL_DECISION_WAIT": "2s", "TAIL_WAIT_AFTER_ROOT": "1s", "OTEL_METRIC_EXPORT_INTERVAL": "1000"}
    with Stack(tmp_path_factory.mktemp("stack"), [*SERVICES, "demo"], environment=quick) as started:
        yield started


def fetch(url: str, password: str = "", body: bytes | None = None) -> JsonObject:
    """The JSON object at a URL; as Grafana's administrator where a password is given."""
    credentials = base64.b64encode(f"admin:{password}".encode()).decode()
    headers = {"content-type": "application/json", **({"authorization": f"Basic {credentials}"} if password else {})}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as response:
        found: object = json.load(response)
    return cast(JsonObject, found) if isinstance(found, dict) else {"items": found}


def query(stack: Stack, expression: str) -> list[tuple[dict[str, str], float]]:
    """Labels and value of each series of an instant query."""
    url = f"{stack.url('prometheus')}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
    data = cast("dict[str, list[dict[str, object]]]", fetch(url)["data"])
    return [
        (cast("dict[str, str]", series["metric"]), float(cast("list[str]", series["value"])[1]))
        for series in data["result"]
    ]


def traces(stack: Stack, search: str) -> list[JsonObject]:
    """What Tempo finds of the last hour."""
    now = int(time.time())
    parameters = urllib.parse.urlencode({"q": search, "start": now - 3600, "end": now + 5, "limit": 5})
    return cast("list[JsonObject]", fetch(f"{stack.url('tempo')}/api/search?{parameters}").get("traces") or [])


@pytest.mark.parametrize(("name", "version"), _VERSIONS.items())
def test_program_says_which_version_it_is(name: str, version: str) -> None:
    flag = "-version" if name == "tempo" else "--version"
    said = subprocess.run([binary(name), flag], capture_output=True, text=True, check=True)
    assert version in said.stdout + said.stderr


def test_versions_of_all_programs_are_checked() -> None:
    assert set(PROGRAMS) - set(_VERSIONS) == {"kfake", "composecheck"}


def test_compose_file_is_read_by_the_library_of_docker_compose() -> None:
    checked = _check_compose({"GRAFANA_ADMIN_PASSWORD": "x"})
    assert checked.stdout.split() == sorted({*SERVICES, "demo", "queue-owner", "webhook"})


def test_compose_file_without_a_password_is_refused_with_what_to_do() -> None:
    checked = _check_compose({"GRAFANA_ADMIN_PASSWORD": ""})
    assert checked.returncode == 1
    assert "GRAFANA_ADMIN_PASSWORD is missing a value: set it in .env, see .env.example" in checked.stderr


def _check_compose(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [binary("composecheck"), COMPOSE]
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)


def test_configurations_pass_the_programs_own_checks() -> None:
    commands: Sequence[Sequence[str | Path]] = [
        [binary("promtool"), "check", "config", ROOT / "grafana" / "prometheus" / "prometheus.yml"],
        [binary("tempo"), f"-config.file={ROOT / 'grafana' / 'tempo' / 'tempo.yaml'}", "-config.verify=true"],
    ]
    for command in commands:
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "warn" not in checked.stderr.lower()


def test_application_is_counted_with_the_promised_labels(stack: Stack) -> None:
    labels = "service_name, deployment_environment_name, service_version"
    found = eventually(lambda: query(stack, f"sum by ({labels}) (spanwise_client_calls_total)"))
    assert found
    assert [series for series, _ in found] == [
        {"service_name": "shop", "deployment_environment_name": "demo", "service_version": "1.4.2"}
    ]


def test_every_service_is_scraped_and_up(stack: Stack) -> None:
    jobs = {*SERVICES, "gateway-calls"}
    assert eventually(lambda: {series["job"] for series, value in query(stack, "up") if value == 1} == jobs)


def test_exemplar_of_a_latency_leads_to_its_trace(stack: Stack) -> None:
    def found() -> bool:
        url = f"{stack.url('tempo')}/api/v2/traces"
        return any('"gen_ai.request.model"' in json.dumps(fetch(f"{url}/{trace}")) for trace in _exemplars(stack))

    assert eventually(found)


def _exemplars(stack: Stack) -> list[str]:
    """Trace ids that stand beside the latencies of the last hour."""
    now = time.time()
    parameters = {"query": "gen_ai_client_operation_duration_seconds_bucket", "start": now - 3600, "end": now + 5}
    url = f"{stack.url('prometheus')}/api/v1/query_exemplars?{urllib.parse.urlencode(parameters)}"
    series = cast("list[dict[str, list[dict[str, dict[str, str]]]]]", fetch(url)["data"])
    return [exemplar["labels"]["trace_id"] for one in series for exemplar in one["exemplars"]]


def test_traces_carry_no_content(stack: Stack) -> None:
    assert eventually(lambda: traces(stack, '{resource.service.name="shop" && span.gen_ai.request.model != nil}'))
    assert not traces(stack, "{span.gen_ai.input.messages != nil || span.gen_ai.output.messages != nil}")


def test_service_graph_has_the_providers_of_models(stack: Stack) -> None:
    graph = 'traces_service_graph_request_total{client="shop"}'
    assert eventually(lambda: {"openai", "anthropic"} <= {series["server"] for series, _ in query(stack, graph)})


def test_metrics_are_computed_from_traces(stack: Stack) -> None:
    def found() -> object:
        now = int(time.time())
        sum_of_tokens = "{} | sum_over_time(span.gen_ai.usage.output_tokens) by (span.gen_ai.request.model)"
        parameters = urllib.parse.urlencode({"q": sum_of_tokens, "start": now - 300, "end": now, "step": "10s"})
        return fetch(f"{stack.url('tempo')}/api/metrics/query_range?{parameters}").get("series")

    assert "gpt-4o" in json.dumps(eventually(found))


def test_data_sources_of_grafana_answer(stack: Stack) -> None:
    sources = cast(
        "list[dict[str, str]]", fetch(f"{stack.url('grafana')}/api/datasources", stack.grafana_password)["items"]
    )
    assert {source["url"] for source in sources} >= {stack.url("prometheus"), stack.url("tempo")}
    up = {"refId": "A", "datasource": {"uid": "prometheus"}, "expr": "up", "instant": True}
    body = json.dumps({"queries": [up], "from": "now-5m", "to": "now"}).encode()
    url = f"{stack.url('grafana')}/api/ds/query"
    assert eventually(lambda: "alertmanager" in json.dumps(fetch(url, stack.grafana_password, body)))


def test_alert_that_fires_reaches_the_webhook(stack: Stack) -> None:
    labels = {"alertname": "SomethingIsWrong", "priority": "P0", "service_name": "till", "category": "reliability"}
    alerts = [{"labels": labels, "annotations": {"summary": "nothing goes"}}]
    body = json.dumps(alerts).encode()
    request = urllib.request.Request(
        f"{stack.url('alertmanager')}/api/v2/alerts", body, {"content-type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=10).close()
    arrived = stack.webhook.wait_for(lambda delivery: "SomethingIsWrong" in json.dumps(delivery.body))
    assert sentence(arrived) == "firing P0 SomethingIsWrong till: nothing goes"


def test_service_that_is_left_out_keeps_its_address_where_nobody_answers(tmp_path: Path) -> None:
    with Stack(tmp_path, ["prometheus"]) as alone:
        assert set(alone.programs) == {"prometheus"}
        assert is_free(int(alone.url("tempo").rpartition(":")[2]))
        assert eventually(lambda: query(alone, 'up{job="tempo"} == 0'))


def test_tempo_that_is_stopped_and_started_again_keeps_its_traces(tmp_path: Path) -> None:
    quick = {"TAIL_DECISION_WAIT": "1s", "TAIL_WAIT_AFTER_ROOT": "1s"}
    with Stack(tmp_path, ["tempo", "gateway", "agent"], environment=quick) as stack:
        send(stack.otlp_url.removeprefix("http://"), [span("kept", {"gen_ai.request.model": "m"}, trace=new_trace())])
        assert eventually(lambda: traces(stack, '{name="kept"}'))
        address = stack.url("tempo")
        stack.stop("tempo")
        assert is_free(int(address.rpartition(":")[2]))
        stack.start("tempo")
        assert stack.url("tempo") == address
        assert eventually(lambda: traces(stack, '{name="kept"}'))


def test_program_that_refuses_its_configuration_is_shown_with_its_last_words(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "prometheus.yml").write_text("nonsense: 1\n")
    with pytest.raises(StartFailed, match=r"(?s)prometheus ended with status 2:\n.*field nonsense not found"):
        Stack(tmp_path / "stack", ["prometheus"], configurations={"grafana/prometheus": wrong}).__enter__()


def test_program_that_never_gets_ready_is_stopped(tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; print('asleep', flush=True); time.sleep(60)"]
    with pytest.raises(StartFailed, match="sleeper was not ready after 1 s:\nasleep"):
        start(sleeper, f"http://{free_address()}/", folder=tmp_path, name="sleeper", patience=1)


def test_program_that_does_not_listen_to_sigterm_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    program = start([sys.executable, "-c", deaf], None, folder=tmp_path, name="deaf")
    assert eventually(program.log_tail)
    assert program.stop(grace=0.2) == -signal.SIGKILL


def test_program_runs_alone_with_any_arguments(tmp_path: Path) -> None:
    address = free_address()
    config = tmp_path / "alertmanager.yml"
    config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    arguments = [f"--config.file={config}", f"--web.listen-address={address}", "--cluster.listen-address="]
    with running("alertmanager", arguments, f"http://{address}/-/ready", folder=tmp_path) as alone:
        assert "cluster" in fetch(f"{alone.url}/api/v2/status")
    assert alone.process.returncode == 0


def test_make_stack_prints_where_everything_is_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'examples'}:{ROOT / 'tools'}"}
    command = [sys.executable, "-m", "native", "--folder", str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as shown:
        assert shown.stdout is not None
        table = list(takewhile(lambda line: "Alerts, as they reach" not in line, iter(shown.stdout.readline, "")))
        shown.send_signal(signal.SIGINT)
        assert shown.wait(30) == 0
    places = dict(line.split()[:2] for line in table if "http://" in line)
    assert set(places) == {"OTLP/HTTP", "OTLP/gRPC", "Prometheus", "Alertmanager", "Tempo", "Grafana"}
    assert all(is_free(int(place.rpartition(":")[2])) for place in places.values())
