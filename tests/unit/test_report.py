"""The HTML report: self-contained, safe with any telemetry, small, and clear when there is nothing to show."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
import stat
import time
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from opentelemetry.util.types import AnyValue

from spanwise.exporters.database import open_for_reading
from spanwise.exporters.figures import clock
from spanwise.exporters.report import write_report
from spanwise.exporters.report.charts import nice_ceiling
from spanwise.exporters.report.data import read_report
from spanwise.exporters.report.markup import Markup, join, tag, text
from spanwise.exporters.report.page import render_page
from spanwise.exporters.schema import StoreError
from spanwise.exporters.store import StoreMetricExporter, StoreSpanExporter
from spanwise.exporters.summary import Judgement, summarise
from spanwise.exporters.summary_text import render_summary
from spanwise.exporters.timeline import read_timeline
from unit.genai_telemetry import SECOND, Application, chat_attributes, span

NOW = time.time_ns() // SECOND * SECOND
NASTY = "</style></summary><script>alert(1)</script><img src=x onerror=alert(1)> & \"q\" 'too' \x00\x1b[31m \u202egnp"


class Page(HTMLParser):
    """Tags that were opened and never closed, attributes, and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + " "


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of a made-up application."""
    path = tmp_path_factory.mktemp("store") / "telemetry.db"
    spans = StoreSpanExporter(path)
    Application(seed=2, end=NOW, hours=24).run(300, spans, StoreMetricExporter(path))
    spans.shutdown()
    return path


def report(path: Path) -> str:
    return write_report(path, path.with_suffix(".html")).read_text(encoding="utf-8")


def report_of(tmp_path: Path, *attributes: dict[str, AnyValue], name: str = "chat") -> str:
    """The report of one trace with one call for each set of attributes."""
    path = tmp_path / "telemetry.db"
    exporter = StoreSpanExporter(path)
    calls = [
        span(name, 1, number + 1, number or None, NOW, attributes={**chat_attributes(), **more})
        for number, more in enumerate(attributes)
    ]
    exporter.export(calls)
    exporter.shutdown()
    return report(path)


def test_headline_figures_are_those_of_the_summary(store: Path) -> None:
    summary = summarise(store)
    tiles = dict(re.findall(r'<dt>([^<]+)</dt><dd class="value[^"]*">([^<]+)', report(store)))
    assert tiles["Calls"] == f"{summary.calls:,}"
    assert tiles["Cost"] == f"${summary.cost:,.2f}"
    assert tiles["Error rate"] == f"{summary.error_share * 100:.1f}%"


def test_page_refers_to_nothing_outside_and_runs_nothing(store: Path) -> None:
    page = Page(report(store))
    named = {name for name, _ in page.tags}
    assert not named & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "use", "image"}
    references = [
        value for _, attributes in page.tags for name, value in attributes.items() if name in ("href", "src", "style")
    ]
    assert references
    assert all(reference.startswith("#") for reference in references)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_policy_forbids_everything_but_the_one_style_sheet(store: Path) -> None:
    html = report(store)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(a["content"] for n, a in Page(html).tags if n == "meta" and "http-equiv" in a)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style


def test_elements_are_all_closed_and_links_lead_somewhere(store: Path) -> None:
    page = Page(report(store))
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for name, attributes in page.tags if name == "a"}
    assert targets <= set(ids)


def test_charts_have_a_text_for_those_who_cannot_see_them(store: Path) -> None:
    page = Page(report(store))
    pictures = [attributes for name, attributes in page.tags if name == "svg"]
    assert all("aria-label" in a or a.get("aria-hidden") == "true" for a in pictures)
    assert any("errors" in a.get("aria-label", "") for a in pictures)


def test_telemetry_cannot_become_markup(tmp_path: Path) -> None:
    nasty: dict[str, AnyValue] = {
        NASTY: NASTY,
        "gen_ai.response.model": NASTY,
        "user.id": NASTY,
        "spanwise.outcome": NASTY,
        "gen_ai.input.messages": [{"role": NASTY, "parts": [{"type": "text", "content": NASTY}]}],
    }
    page = Page(report_of(tmp_path, nasty, name=NASTY))
    assert not {name for name, _ in page.tags} & {"script", "img"}
    assert page.open == []
    assert "<script>alert(1)</script>" in page.text
    assert not re.search("[\x00\x1b\u202e]", page.text)


def test_content_is_shown_as_messages_with_redacted_places_marked(tmp_path: Path) -> None:
    messages = [{"role": "user", "parts": [{"type": "text", "content": "Mail [EMAIL] or call [PHONE:ab12cd]"}]}]
    html = report_of(tmp_path, {"gen_ai.input.messages": json.dumps(messages)})
    assert "<b>user</b>Mail <mark>[EMAIL]</mark> or call <mark>[PHONE:ab12cd]</mark>" in html


@pytest.mark.parametrize("content", ["no JSON at all", '{"role": "user"}', "[1, null]", "[]", '[{"parts": 3}]'])
def test_content_of_any_shape_is_shown(tmp_path: Path, content: str) -> None:
    assert Page(report_of(tmp_path, {"gen_ai.output.messages": content})).open == []


def test_long_content_is_cut(tmp_path: Path) -> None:
    html = report_of(tmp_path, {"gen_ai.input.messages": "x" * 500_000, "long": ["y" * 500_000]})
    assert len(html) < 60_000
    assert "500,000 characters" in html


def test_page_stays_small_with_huge_traces(tmp_path: Path) -> None:
    messages = [{"role": "user", "parts": [{"type": "text", "content": "z" * 5000}]}] * 20
    exporter = StoreSpanExporter(tmp_path / "telemetry.db")
    attributes = chat_attributes(outcome="error") | {"gen_ai.input.messages": json.dumps(messages)}
    for trace in range(4):
        exporter.export([span("chat", trace + 1, n + 1, n or None, NOW, attributes=attributes) for n in range(200)])
    exporter.shutdown()
    html = report(tmp_path / "telemetry.db")
    assert len(html) < 3_000_000
    assert html.count('class="trace"') == 4
    assert "The first 3 of 200 spans." in html


def test_traces_that_matter_are_on_the_page(store: Path) -> None:
    html = report(store)
    connection = sqlite3.connect(store)
    dearest, slowest, failed = (
        connection.execute(f"SELECT trace_id FROM spans {rest} LIMIT 1").fetchone()[0]
        for rest in (
            "GROUP BY trace_id ORDER BY SUM(cost) DESC",
            "GROUP BY trace_id ORDER BY MAX(end_ns) - MIN(start_ns) DESC",
            "WHERE failed ORDER BY start_ns DESC",
        )
    )
    connection.close()
    for trace in (dearest, slowest, failed):
        assert f'id="t-{trace}"' in html


def test_what_the_judge_found_and_left_out_is_on_the_page(store: Path) -> None:
    data = read_report(store)
    found = (Judgement("rude", 7, 2), Judgement("cold", 7, 0))
    summary = replace(data.summary, judgements=found, judge_cost=0.5, judge_skipped={"budget": 3})
    page = Page(render_page(replace(data, summary=summary)))
    assert re.search(r"Faults found by the judge in 7 calls, for \$0.50 .*rude +2", page.text, re.DOTALL)
    assert "cold" not in page.text
    assert re.search(r"Calls not judged, by reason .*budget +3", page.text, re.DOTALL)
    assert "judge" not in Page(render_page(data)).text


def test_users_are_weighted_by_the_sampling(tmp_path: Path) -> None:
    html = report_of(tmp_path, {"user.id": "ada", "spanwise.sampling.weight": 10.0, "spanwise.cost.amount": 0.5})
    assert re.search(r"ada +\$5\.00 +10 ", Page(html).text)


def test_empty_store_says_what_to_do(tmp_path: Path) -> None:
    exporter = StoreSpanExporter(tmp_path / "telemetry.db")
    exporter.export([])
    exporter.shutdown()
    page = Page(report(tmp_path / "telemetry.db"))
    assert page.open == []
    for words in ("Nothing stored yet", "OTEL_METRICS_EXPORTER=spanwise", "opentelemetry-instrument"):
        assert words in page.text
    assert "opentelemetry-instrument" in render_summary(summarise(tmp_path / "telemetry.db"))


def test_missing_store_writes_no_page(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        write_report(tmp_path / "none.db", tmp_path / "out.html")
    assert list(tmp_path.iterdir()) == []


def test_page_replaces_an_older_one_and_is_the_owners_alone(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    out.write_text("old")
    assert write_report(store, out) == out
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [out]


def test_timeline_adds_up_to_the_summary(store: Path) -> None:
    with open_for_reading(store) as connection:
        timeline = read_timeline(connection)
    summary = summarise(store)
    assert 10 < len(timeline.steps) <= 60
    assert sum(step.calls for step in timeline.steps) == summary.calls
    assert sum(step.errors for step in timeline.steps) == summary.errors
    assert sum(step.tokens for step in timeline.steps) == summary.tokens.total
    assert sum(step.latency.count for step in timeline.steps) == summary.latency.count
    assert sum(step.cost for step in timeline.steps) == pytest.approx(summary.cost)


def test_short_run_is_drawn_from_its_calls_by_weight(tmp_path: Path) -> None:
    exporter = StoreSpanExporter(tmp_path / "telemetry.db")
    attributes = chat_attributes(sampling_weight=4.0, response_time_to_first_chunk=0.1)
    exporter.export([span("chat", n + 1, 1, None, NOW + n * SECOND, 0.5, attributes) for n in range(8)])
    exporter.shutdown()
    with open_for_reading(tmp_path / "telemetry.db") as connection:
        timeline = read_timeline(connection)
    assert timeline.from_spans
    assert [step.calls for step in timeline.steps] == [4.0] * 8
    assert sum(step.cost for step in timeline.steps) == pytest.approx(8 * 4 * 0.0125)
    assert timeline.steps[3].latency.quantile(0.5) == pytest.approx(0.5, rel=0.06)
    assert timeline.steps[3].first_chunk.quantile(0.5) == pytest.approx(0.1, rel=0.06)
    assert "The run was short" in report(tmp_path / "telemetry.db")


def test_timeline_since_a_time_leaves_out_what_came_before(store: Path) -> None:
    since = NOW - 6 * 3600 * SECOND
    with open_for_reading(store) as connection:
        timeline = read_timeline(connection, since)
    summary = summarise(store, since)
    assert timeline.steps[0].start_ns >= since - timeline.width_ns
    assert sum(step.calls for step in timeline.steps) == pytest.approx(summary.calls, rel=0.1)
    assert 0 < summary.calls < summarise(store).calls / 2


def test_markup_escapes_everything_that_is_not_markup() -> None:
    assert tag("p", "<b>", Markup("<i></i>"), None, ["a", 1], class_='"', data_x=True, hidden=False) == (
        '<p class="&quot;" data-x>&lt;b&gt;<i></i>a1</p>'
    )
    assert text("a\ud800\x07") == "a\ufffd\ufffd"
    assert join("&", [tag("br")]) == "&amp;<br>"


@pytest.mark.parametrize(("value", "ceiling"), [(0, 1), (1, 1), (1.2, 2), (2.2, 3), (41, 50), (0.09, 0.1)])
def test_axis_ends_at_a_round_figure(value: float, ceiling: float) -> None:
    assert nice_ceiling(value) == pytest.approx(ceiling)


@pytest.mark.parametrize(("length", "label"), [(60, "00:00:05"), (7200, "00:00"), (7 * 86_400, "01 Jan")])
def test_axis_labels_are_as_fine_as_the_axis_is_short(length: int, label: str) -> None:
    midnight = round(datetime(2026, 1, 1).timestamp()) * SECOND
    assert clock(midnight + 5 * SECOND, length * SECOND) == label
