"""Traces in a terminal: the list with its filters, and one trace as a tree."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import SpanKind

from spanwise.exporters.database import open_for_reading
from spanwise.exporters.reading import Only, read_spans
from spanwise.exporters.schema import StoreError
from spanwise.exporters.store import StoreLogExporter, StoreSpanExporter
from spanwise.exporters.tree import grow, recent_traces, render_trace, render_traces
from spanwise.semconv import attributes as names
from unit.genai_telemetry import RESOURCE, SCOPE, SECOND, Application, chat_attributes, span

NOW = time.time_ns() // SECOND * SECOND


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "telemetry.db"


def store(path: Path, *spans: ReadableSpan) -> None:
    exporter = StoreSpanExporter(path)
    exporter.export(spans)
    exporter.shutdown()


def assistant_trace() -> list[ReadableSpan]:
    """A request whose agent calls a model, a tool, and a model again that fails."""
    failed = chat_attributes(
        "claude-sonnet-4-6", outcome="rate_limit", cost_amount=None, usage_output_tokens=None, attempts=3
    )
    good = chat_attributes(
        response_time_to_first_chunk=0.25, screen_flagged=True, screen_category="injection", redaction_count=2
    )
    event = Event("gen_ai.evaluation.result", {}, NOW + SECOND)
    return [
        span("POST /chat", 0xABC, 1, None, NOW, 4, {}, kind=SpanKind.SERVER),
        span("invoke_agent checkout", 0xABC, 2, 1, NOW, 4, {"gen_ai.operation.name": "invoke_agent"}),
        span("chat gpt-5.2", 0xABC, 3, 2, NOW, 2, good, events=[event]),
        span("execute_tool stock", 0xABC, 4, 2, NOW + 2 * SECOND, 0.05, {"gen_ai.operation.name": "execute_tool"}),
        span("chat claude-sonnet-4-6", 0xABC, 5, 2, NOW + 3 * SECOND, 1, failed, "Too many requests"),
    ]


def test_trace_is_a_tree_with_bars_and_what_matters(path: Path) -> None:
    store(path, *assistant_trace())
    lines = render_trace(path, f"{0xABC:032x}").splitlines()
    assert lines[0] == f"trace {0xABC:032x}"
    assert lines[1].endswith("4.00 s, 5 spans, 2 calls, $0.013")
    assert lines[3].count("█") == 24
    assert [re.sub(r"(?<=\S)  +|█+(?=█)|·+(?=·)", " ", line).replace("  ", " ") for line in lines[3:]] == snapshot(
        [
            "POST /chat █ 4.00 s",
            "└ invoke_agent checkout █ 4.00 s",
            " ├ chat gpt-5.2 █ · 2.00 s 1.2k→300 tok $0.013 ttft 250 ms flagged injection, 2 redacted",
            "   gen_ai.evaluation.result at 1.00 s",
            " ├ execute_tool stock ·█ · 50 ms",
            " └ chat claude-sonnet-4-6 · █ 1.00 s 1.2k→– tok rate_limit, 2 retries",
            "   Too many requests",
        ]
    )


def test_trace_is_found_by_the_first_digits_of_its_id(path: Path) -> None:
    store(path, span("a", 0x11 << 120, 1, start=NOW), span("b", 0x12 << 120, 1, start=NOW))
    assert "b" in render_trace(path, "12")
    with pytest.raises(StoreError, match="more than one"):
        render_trace(path, "1")
    with pytest.raises(StoreError, match="no trace"):
        render_trace(path, "ff")
    with pytest.raises(StoreError, match="hexadecimal"):
        render_trace(path, "x' OR 1")


def test_feedback_on_a_span_is_shown_below_it(path: Path) -> None:
    store(path, *assistant_trace())
    record = LogRecord(timestamp=NOW, event_name="spanwise.feedback", body="thumbs down")
    record.trace_id, record.span_id = 0xABC, 3
    exporter = StoreLogExporter(path)
    exporter.export([ReadableLogRecord(record, RESOURCE, SCOPE)])
    exporter.shutdown()
    lines = render_trace(path, f"{0xABC:032x}").splitlines()
    assert "spanwise.feedback" in lines[lines.index(next(x for x in lines if "chat gpt-5.2" in x)) + 2]


def test_evaluation_of_a_span_is_shown_below_it_with_its_reason(path: Path) -> None:
    store(path, *assistant_trace())
    said: dict[str, str | float] = {
        names.EVALUATION_NAME: "rude",
        names.EVALUATION_SCORE: 0.9,
        names.EVALUATION_LABEL: "fail",
    }
    said[names.EVALUATION_EXPLANATION] = "It shouts."
    record = LogRecord(timestamp=NOW, event_name=names.EVALUATION_RESULT, attributes=said)
    record.trace_id, record.span_id = 0xABC, 3
    exporter = StoreLogExporter(path)
    exporter.export([ReadableLogRecord(record, RESOURCE, SCOPE)])
    exporter.shutdown()
    assert "evaluation rude: fail 0.9, It shouts." in render_trace(path, f"{0xABC:032x}")


def test_span_whose_parent_is_missing_is_a_root(path: Path) -> None:
    store(path, span("child of another process", 1, 7, 99, start=NOW), span("chat", 1, 8, 7, start=NOW))
    with open_for_reading(path) as connection:
        assert [branch.depth for branch in grow(read_spans(connection, f"{1:032x}"))] == [0, 1]


def test_spans_that_name_each_other_as_parents_come_once_each(path: Path) -> None:
    store(path, span("a", 1, 1, 2, start=NOW), span("b", 1, 2, 1, start=NOW), span("c", 1, 3, 3, start=NOW))
    with open_for_reading(path) as connection:
        assert sorted(branch.span.name for branch in grow(read_spans(connection, f"{1:032x}"))) == ["a", "b", "c"]


def test_trace_deeper_than_the_stack_is_shown(path: Path) -> None:
    store(path, *(span("chain", 1, n + 1, n or None, start=NOW) for n in range(3000)))
    assert render_trace(path, f"{1:032x}").count("chain") == 3000


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (None, ["last", "dear", "slow", "bad", "flagged"]),
        ("errors", ["bad"]),
        ("flagged", ["flagged"]),
        ("slow", ["slow", "last", "dear", "bad", "flagged"]),
        ("costly", ["dear", "last"]),
    ],
)
def test_list_is_filtered_or_ordered(path: Path, only: Only | None, expected: list[str]) -> None:
    def call(name: str, number: int, cost: float | None, seconds: float = 1.0, **more: object) -> ReadableSpan:
        attributes = chat_attributes(cost_amount=cost) | {key.replace("_", "."): True for key in more}
        error = "HTTP 500" if name == "bad" else None
        return span(name, number, 1, start=NOW + number * SECOND, seconds=seconds, attributes=attributes, error=error)

    store(
        path,
        call("flagged", 1, None, 0.1, spanwise_screen_flagged=True),
        call("bad", 2, None, 0.2),
        call("slow", 3, None, 9),
        call("dear", 4, 2.5, 0.3),
        call("last", 5, 0.01),
    )
    assert [trace.name for trace in recent_traces(path, 10, only)] == expected


def test_list_has_one_line_a_trace(path: Path) -> None:
    store(path, *assistant_trace())
    text = render_traces(recent_traces(path, 5))
    assert [re.sub(r"\d{4}-\S+ \S+", "TIME", line) for line in text.splitlines()[1:]] == snapshot(
        ["TIME  0000000000000000  POST /chat  4.00 s      2    2.7k  $0.013  1 error, flagged"]
    )


def test_list_can_start_at_a_time(path: Path) -> None:
    store(path, span("old", 1, 1, start=NOW - 100 * SECOND), span("new", 2, 1, start=NOW))
    assert [trace.name for trace in recent_traces(path, 5, since_ns=NOW - SECOND)] == ["new"]


def test_no_traces_say_what_to_do() -> None:
    assert "opentelemetry-instrument" in render_traces([])


def test_names_cannot_drive_the_terminal(path: Path) -> None:
    attributes = chat_attributes("m\x1b[2J", outcome="\x1b[31mred")
    store(path, span("chat \x1b]0;title\x07", 1, 1, start=NOW, attributes=attributes, error="bad\x1b[1m\nline"))
    assert "\x1b" not in render_trace(path, f"{1:032x}") + render_traces(recent_traces(path, 1))
    assert len(render_trace(path, f"{1:032x}").splitlines()) == 5


def test_every_trace_of_an_application_can_be_drawn(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    Application(seed=9).run(40, exporter)
    exporter.shutdown()
    for trace in recent_traces(path, 100):
        text = render_trace(path, trace.trace_id, colour=True)
        assert text.count("\n") >= trace.spans
