"""The shipped dashboards in the real Grafana, over real traffic: every query of every panel is answered with data."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from check import Grafana, main, problems
from native.history import Past, write_past
from native.programs import SERVICES, Stack
from questions import Question, found_in, questions
from stack.native.agent_runs import send_agent_runs, send_lost_spans

SHIPPED = Path(__file__).resolve().parents[3] / "grafana" / "provisioning" / "dashboards" / "genai"
RANGE_S = 900
PATIENCE_S = 420
EMPTY: Mapping[tuple[str, str, str], str] = {
    ("spanwise-cost", "Spend in 24 hours", "B"): "needs a second day of counters",
}
"""What has no data in a stack that runs for minutes, and why."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("dashboards")
    past = Past("shop", "demo", calls=6, cost=0.0009, output=90, seconds=1.6, errors=0.05, cached=0.1)
    write_past(folder / "prometheus" / "data", [past], time.time() - 60)
    # a rate at which the judge leaves calls out
    chosen = {"SPANWISE_AUDIT_PATH": str(folder / "audit")}
    with Stack(folder, [*SERVICES, "demo"], environment=chosen) as running:
        yield running


@pytest.fixture(scope="module")
def grafana(stack: Stack) -> Grafana:
    """Grafana, once every panel has what it shows or patience ends."""
    pair = base64.b64encode(f"admin:{stack.grafana_password}".encode()).decode()
    asked = Grafana(stack.url("grafana"), f"Basic {pair}")
    deadline = time.monotonic() + PATIENCE_S
    while True:
        send_agent_runs(urlsplit(stack.otlp_url).netloc, 12)
        send_lost_spans(urlsplit(stack.otlp_url).netloc, 3)
        asked.empty.clear()
        wrong = list(problems(asked, RANGE_S))
        if (not wrong and not _unexplained(asked)) or time.monotonic() > deadline:
            return asked
        time.sleep(5)


def _unexplained(grafana: Grafana) -> list[str]:
    return [str(asked) for asked in grafana.empty if (asked.dashboard, asked.panel, asked.ref) not in EMPTY]


def _shipped() -> Iterator[Mapping[str, object]]:
    for path in sorted(SHIPPED.glob("*.json")):
        yield cast("dict[str, object]", json.loads(path.read_text(encoding="utf-8")))


def _ask(grafana: Grafana, asked: Question, chosen: Mapping[str, str] | None = None) -> int:
    path, parameters = asked.request(time.time(), RANGE_S, chosen)
    return found_in(asked.source, grafana.ask(asked.source, f"{path}?{urlencode(parameters)}")).size


def test_every_query_of_every_panel_has_data_and_every_rule_is_well(grafana: Grafana) -> None:
    assert list(problems(grafana, RANGE_S)) == []
    assert _unexplained(grafana) == []


def test_what_is_said_to_be_empty_exists() -> None:
    asked = {(found.dashboard, found.panel, found.ref) for board in _shipped() for found in questions(board)}
    assert EMPTY.keys() <= asked


def test_service_that_does_not_exist_has_nothing_on_any_panel(grafana: Grafana) -> None:
    for board in _shipped():
        for asked in questions(board):
            if "service" in asked.text and "$" in asked.text and _is_narrowed(asked):
                assert _ask(grafana, asked, {"service": "nobody"}) == 0, asked


def _is_narrowed(asked: Question) -> bool:
    """Zeros are shown for any choice, alerts of the monitoring itself as well."""
    narrowed = '=~"$service"' in asked.text or "${service" in asked.text
    return narrowed and "vector(0)" not in asked.text


def test_exemplar_leads_to_its_trace(stack: Stack, grafana: Grafana) -> None:
    metric = "gen_ai_client_operation_duration_seconds_bucket"
    within = {"query": metric, "start": str(time.time() - RANGE_S), "end": str(time.time())}
    said = cast("dict[str, object]", grafana.ask("prometheus", f"/api/v1/query_exemplars?{urlencode(within)}"))
    ids = re.findall(r'"trace_id": "(\w+)"', json.dumps(said))
    assert ids
    assert any(_has_trace(grafana, trace) for trace in ids[-20:])


def _has_trace(grafana: Grafana, trace: str) -> bool:
    try:
        return "batches" in cast("dict[str, object]", grafana.ask("tempo", f"/api/traces/{trace}"))
    except ValueError:
        return False


def test_every_link_to_traces_is_a_query_that_tempo_takes(grafana: Grafana) -> None:
    links = sorted({link for board in _shipped() for link in _explored(json.dumps(board))})
    assert len(links) > 40
    for query in links:
        asked = Question("", "", "", "tempo", query, "search")
        _ask(grafana, asked)


def _explored(board: str) -> Iterator[str]:
    for url in re.findall(r'"url": "(/explore[^"]*)"', board):
        filled = re.sub(r"\$\{__[^}]*\}", "x", url)
        pane = json.loads(parse_qs(urlsplit(filled).query)["panes"][0])
        yield pane["t"]["queries"][0]["query"]


def test_link_to_a_model_finds_its_calls(grafana: Grafana) -> None:
    link = next(link for board in _shipped() for link in _of_model(board))
    filled = link.replace("${__field.labels.gen_ai_request_model}", quote("gpt-4o"))
    query = json.loads(parse_qs(urlsplit(filled).query)["panes"][0])["t"]["queries"][0]["query"]
    assert _ask(grafana, Question("", "", "", "tempo", query, "search")) > 0


def _of_model(board: Mapping[str, object]) -> Iterator[str]:
    for url in re.findall(r'"url": "(/explore[^"]*)"', json.dumps(board)):
        if "__field.labels.gen_ai_request_model" in url and url.count("__field.labels") == 1:
            yield url


def test_check_names_a_backend_that_is_down(
    stack: Stack, grafana: Grafana, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAFANA_PASSWORD", stack.grafana_password)
    with _without(stack, "tempo"):
        assert main([stack.url("grafana")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("data source tempo: ") for line in lines)
    assert not any(line.startswith("data source prometheus") for line in lines)


@contextmanager
def _without(stack: Stack, service: str) -> Generator[None]:
    stack.stop(service)
    try:
        yield
    finally:
        stack.start(service)


def test_check_says_that_it_may_not_ask(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAFANA_PASSWORD", "wrong")
    assert main([stack.url("grafana")]) == 2
    assert "401" in capsys.readouterr().err
