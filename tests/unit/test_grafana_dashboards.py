"""The dashboards as Grafana gets them: complete, narrowed, leading to traces, and asking only for what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import cast, get_args
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

import yaml

from catalogue.alerts import ALERTS
from catalogue.dashboard import panel_id, rendered
from catalogue.dashboards import DASHBOARDS
from catalogue.palette import HARMS, OUTCOMES
from catalogue.provisioning import files
from catalogue.series import EXTERNAL, VARIABLES, labels_of, scoped
from questions import Question, found_in, questions
from spanwise.core.inference import Outcome
from spanwise.processors.screening import HARMS as CATEGORIES_OF_HARM
from spanwise.semconv import attributes

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, object]
FILES = {name: cast("Json", json.loads(rendered(name, board))) for name, board in DASHBOARDS.items()}
AGGREGATIONS = frozenset(("sum", "min", "max", "avg", "count", "group"))
KEYWORDS = AGGREGATIONS | {"by", "on", "ignoring", "group_left", "offset", "or", "and", "unless"}
ATTRIBUTES = frozenset(value for name, value in vars(attributes).items() if name.isupper())
INTRINSICS = frozenset(("duration", "kind", "client", "status", "error", "traceDuration", "true", "nil"))
OTHERS = frozenset(("service.name", "service.version", "deployment.environment.name"))


def rows(holder: Mapping[str, object], key: str) -> list[Json]:
    return cast("list[Json]", holder.get(key) or [])


def at(holder: object, *keys: str) -> object:
    for key in keys:
        holder = cast("Json", holder).get(key, {})
    return holder


def panels(name: str) -> list[Json]:
    return [panel for panel in rows(FILES[name], "panels") if panel["type"] != "row"]


PANELS = [pytest.param(panel, id=f"{name}: {panel['title']}") for name in FILES for panel in panels(name)]
QUESTIONS = [pytest.param(asked, id=str(asked)) for name in FILES for asked in questions(FILES[name])]
PROMQL = [param for param in QUESTIONS if cast("Question", param.values[0]).source == "prometheus"]


def links(panel: Json) -> Iterator[Json]:
    config = cast("Json", panel["fieldConfig"])
    yield from rows(cast("Json", config["defaults"]), "links")
    for override in rows(config, "overrides"):
        for said in rows(override, "properties"):
            if said["id"] == "links":
                yield from cast("list[Json]", said["value"])


def in_explore(link: Json) -> str | None:
    """The TraceQL that a link opens in Explore, with its placeholders."""
    parts = urlsplit(str(link["url"]))
    if parts.path != "/explore":
        return None
    pane = json.loads(parse_qs(parts.query)["panes"][0])
    return cast("str", pane["t"]["queries"][0]["query"])


def unknown(expr: str) -> list[str]:
    """Metrics and labels of an expression that nothing defines."""
    found: list[str] = []
    metrics = list(dict.fromkeys(_metrics(expr)))
    for name in metrics:
        labels = labels_of(name)
        if labels is None and not name.startswith(EXTERNAL):
            found.append(name)
        for matchers in re.findall(re.escape(name) + r"(?![\w:])\{([^}]*)\}", expr):
            used = re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"', matchers)
            found += [f"{name}{{{label}}}" for label in used if labels is not None and label not in labels]
    if not any(labels_of(name) is None for name in metrics):
        known = {label for name in metrics for label in labels_of(name) or ()} | _made(expr)
        found += [label for label in _grouped(expr) if label not in known]
    return found


def _metrics(expr: str) -> Iterator[str]:
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\boffset [$\w]+', " ", expr)
    bare = re.sub(r"\b(by|on|ignoring|group_left|group_right|without)\s*\([^)]*\)", " ", bare)
    for word, call in re.findall(r"([a-zA-Z_:][\w:]*)(\s*\()?", bare):
        if not call and word not in KEYWORDS:
            yield word


def _grouped(expr: str) -> Iterator[str]:
    for labels in re.findall(r"\b(?:by|on|ignoring|group_left)\s*\(([^)]*)\)", expr):
        yield from filter(None, re.split(r"[,\s]+", labels))


def _made(expr: str) -> set[str]:
    return set(re.findall(r'label_replace\(.*?, "(\w+)", "', expr)) | {"alertstate"}


def test_there_are_the_eight_dashboards_that_alerts_and_people_look_for() -> None:
    expected = {"overview", "cost", "quality", "performance", "security", "agents", "slo", "pipeline"}
    assert set(FILES) == expected
    assert {board["uid"] for board in FILES.values()} == {f"spanwise-{name}" for name in expected}


@pytest.mark.parametrize("name", FILES)
def test_dashboard_is_classic_json_that_any_grafana_since_10_takes(name: str) -> None:
    board = FILES[name]
    assert board["schemaVersion"] in (41, 42)
    assert not {"id", "__inputs", "__requires", "spec"} & board.keys()
    assert board["title"]
    assert board["description"]
    assert (board["time"], board["refresh"], board["graphTooltip"]) == ({"from": "now-6h", "to": "now"}, "30s", 1)


@pytest.mark.parametrize("name", FILES)
def test_dashboard_has_at_most_25_panels_with_titles_and_numbers_of_their_own(name: str) -> None:
    found = panels(name)
    assert len(found) <= 25
    assert len({panel["title"] for panel in found}) == len(found)
    numbers = [panel["id"] for panel in rows(FILES[name], "panels")]
    assert len(set(numbers)) == len(numbers)
    assert all(panel["id"] == panel_id(str(panel["title"])) for panel in found)


@pytest.mark.parametrize("name", FILES)
def test_panels_fill_the_grid_without_covering_each_other(name: str) -> None:
    places = [cast("dict[str, int]", panel["gridPos"]) for panel in rows(FILES[name], "panels")]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above


@pytest.mark.parametrize("panel", PANELS)
def test_panel_says_its_unit_what_it_shows_why_and_what_to_do(panel: Json) -> None:
    defaults = cast("Json", at(panel, "fieldConfig", "defaults"))
    assert defaults["unit"]
    assert defaults["noValue"]
    what, why, do = str(panel["description"]).split("\n\n")
    assert what.endswith(".")
    assert why.startswith("**Why:** ")
    assert do.startswith("**Do:** ")


@pytest.mark.parametrize("panel", PANELS)
def test_panel_leads_to_the_traces_behind_it(panel: Json) -> None:
    lists_traces = any(
        at(target, "datasource", "type") == "tempo" and "metricsQueryType" not in target
        for target in rows(panel, "targets")
    )
    assert lists_traces or any(in_explore(link) for link in links(panel))


@pytest.mark.parametrize("panel", PANELS)
def test_link_reads_only_labels_and_columns_that_its_panel_has(panel: Json) -> None:
    asked = " ".join(str(target.get("expr") or target.get("query")) for target in rows(panel, "targets"))
    for link in links(panel):
        for name in re.findall(r"\$\{__(?:field\.labels|data\.fields)\.(\w+)\}", str(link["url"])):
            assert name == "Field" or name in set(_grouped(asked))


@pytest.mark.parametrize("panel", PANELS)
def test_link_and_query_name_only_attributes_that_spans_have(panel: Json) -> None:
    texts = [text for link in links(panel) if (text := in_explore(link))]
    texts += [str(target["query"]) for target in rows(panel, "targets") if "query" in target]
    for text in texts:
        assert text.count("{") == text.count("}")
        for scope, name in re.findall(r"\b(span|resource)\.([\w.]+)", text):
            assert name in (ATTRIBUTES if scope == "span" else OTHERS), f"{name} in {text}"


@pytest.mark.parametrize("panel", PANELS)
def test_data_source_is_what_the_reader_chose(panel: Json) -> None:
    for holder in (panel, *rows(panel, "targets")):
        assert at(holder, "datasource") in (
            {"type": "prometheus", "uid": "${datasource}"},
            {"type": "tempo", "uid": "${tempo}"},
        )


@pytest.mark.parametrize("name", FILES)
def test_variables_are_chained_and_all_of_them_narrow_something(name: str) -> None:
    defined = {str(variable["name"]): variable for variable in rows(at_dashboard(name), "list")}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(rows(FILES[name], "panels"))))
    assert used & VARIABLES.keys() == defined.keys() & VARIABLES.keys()
    assert {"datasource", "tempo"} <= defined.keys()
    for position, variable in enumerate(list(VARIABLES)[: len(defined) - 2]):
        said = defined[variable]
        assert (said["multi"], said["includeAll"], said["allValue"]) == (True, True, ".*")
        before = re.findall(r"\$(\w+)", str(at(said, "query", "query")))
        assert before == list(VARIABLES)[:position]


def at_dashboard(name: str) -> Json:
    return cast("Json", FILES[name]["templating"])


@pytest.mark.parametrize("asked", PROMQL)
def test_query_names_only_series_and_labels_that_there_are(asked: Question) -> None:
    assert unknown(asked.text) == []


@pytest.mark.parametrize("asked", PROMQL)
def test_query_is_narrowed_by_each_variable_whose_label_its_series_have(asked: Question) -> None:
    assert scoped(asked.text) == scoped(scoped(asked.text)) or "$service" in asked.text
    for name in _metrics(asked.text):
        labels = labels_of(name) or frozenset()
        for variable, label in VARIABLES.items():
            if label in labels:
                assert re.search(re.escape(name) + r"\{[^}]*" + label + r'=~"\$' + variable + '"', asked.text)


@pytest.mark.parametrize("asked", PROMQL)
def test_query_never_asks_who_made_the_telemetry(asked: Question) -> None:
    assert not re.search(r'telemetry_|otel_scope|service_name\s*=\s*"', asked.text)


def test_unknown_series_and_labels_are_found() -> None:
    assert unknown("sum(genai:callz:rate5m)") == ["genai:callz:rate5m"]
    assert unknown('sum(genai:calls:rate5m{user_id="x"})') == ["genai:calls:rate5m{user_id}"]
    assert unknown("sum by (user_id) (genai:calls:rate5m)") == ["user_id"]
    assert unknown("rate(spanwise_client_calls[5m])") == ["spanwise_client_calls"]


def test_scope_is_put_beside_the_matchers_that_a_query_has() -> None:
    assert scoped('up + genai:redacted:rate5m{spanwise_redaction_type="SECRET"}') == (
        'up + genai:redacted:rate5m{spanwise_redaction_type="SECRET", '
        'deployment_environment_name=~"$environment", service_name=~"$service"}'
    )


@pytest.mark.parametrize("panel", PANELS)
def test_exemplars_are_asked_of_raw_histograms_alone(panel: Json) -> None:
    for target in rows(panel, "targets"):
        if target.get("exemplar"):
            assert re.search(r"gen_ai_client_\w+_bucket", str(target["expr"]))


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_panel_that_an_alert_names_exists(alert: object) -> None:
    dashboard, panel = getattr(alert, "dashboard"), getattr(alert, "panel")  # noqa: B009
    assert panel in {found["title"] for found in panels(str(dashboard).removeprefix("spanwise-"))}


def test_every_outcome_has_a_colour() -> None:
    assert set(OUTCOMES) == set(get_args(Outcome))


def test_every_category_of_harm_has_a_colour() -> None:
    assert set(HARMS) == set(CATEGORIES_OF_HARM)


def test_data_sources_have_fixed_uids_and_addresses_from_the_environment() -> None:
    written = {path: text for path, text in files() if path.endswith(".yaml")}
    said = yaml.safe_load(written["provisioning/datasources/spanwise.yaml"])
    assert said["prune"] is True
    assert {source["uid"]: source["url"] for source in said["datasources"]} == {
        "prometheus": "${PROMETHEUS_URL}",
        "tempo": "${TEMPO_URL}",
        "alertmanager": "${ALERTMANAGER_URL}",
    }
    prometheus, tempo, _ = (source["jsonData"] for source in said["datasources"])
    assert prometheus["exemplarTraceIdDestinations"][0]["datasourceUid"] == "tempo"
    assert tempo["tracesToMetrics"]["datasourceUid"] == tempo["serviceMap"]["datasourceUid"] == "prometheus"
    # a single `$` is an environment variable to Grafana
    assert all("$$__tags" in query["query"] for query in tempo["tracesToMetrics"]["queries"])


@pytest.mark.parametrize("name", FILES)
def test_page_about_dashboards_has_each_with_its_picture(name: str) -> None:
    text = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
    assert f"spanwise-{name}" in text
    assert f"images/dashboards/{name}.png" in text
    assert (ROOT / "docs" / "images" / "dashboards" / f"{name}.png").stat().st_size < 300_000


def test_question_has_its_variables_filled_in() -> None:
    asked = Question("d", "p", "A", "prometheus", 'rate(x{a=~"$service"}[$__rate_interval])', "range")
    path, parameters = asked.request(end=1000, seconds=600, chosen={"service": "shop"})
    assert path == "/api/v1/query_range"
    assert parameters == {"query": 'rate(x{a=~"shop"}[60s])', "step": "15", "start": "400", "end": "1000"}


def test_question_to_tempo_asks_for_all_where_nothing_was_chosen() -> None:
    asked = Question("d", "p", "A", "tempo", '{ resource.service.name=~"${service:pipe}" }', "search")
    assert asked.request(1000, 600)[1]["q"] == '{ resource.service.name=~".*" }'


def test_answers_are_counted_and_errors_raised() -> None:
    two: Json = {"status": "success", "data": {"result": [1, 2]}, "warnings": ["w"]}
    assert (found_in("prometheus", two).size, found_in("prometheus", two).warnings) == (2, ("w",))
    assert found_in("tempo", {"traces": [1]}).size == 1
    assert found_in("tempo", {"metrics": 1}).size == 0
    series: Json = {"series": [{"samples": [{"timestampMs": "1"}]}, {"samples": [{"value": 2}]}]}
    assert found_in("tempo", series).size == 1
    with pytest.raises(ValueError, match="parse error"):
        found_in("prometheus", {"status": "error", "error": "parse error"})
    with pytest.raises(ValueError, match="nonsense"):
        found_in("tempo", {"nonsense": 1})
