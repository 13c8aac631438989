"""Whatever the server sends or the application does: the application sees the same, and the span tells the truth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spanwise.semconv import attributes as names
from stack.applications import Result, bare, command, instrumented, run
from stack.raw_server import ANSWERS, raw_server
from stack.receivers import HttpReceiver
from stack.telemetry import ERROR, Span, Telemetry

pytestmark = pytest.mark.stack

WAYS = "openai,openai-stream,openai-async,openai-async-stream,httpx,httpx-stream,httpx2,httpx2-stream"
ALONE = {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "*"}

OUTCOMES = {
    "good": "ok",
    "malformed": "malformed_output",
    "not-an-object": "malformed_output",
    "null": "malformed_output",
    "empty": "empty",
    "not-json": "malformed_output",
    "not-utf8": "ok",
    "deep": "malformed_output",
    "wrong-types": "ok",
    "huge-number": "ok",
    "page": "unavailable",
    "page-200": "malformed_output",
    "error": "bad_request",
    "error-cut": "rate_limit",
    "no-content": "empty",
    "gzip": "ok",
    "gzip-cut": "malformed_output",
    "unknown-coding": "ok",
    "shorter": "unavailable",
    "longer": "malformed_output",
    "no-length": "ok",
    "slow-head": "ok",
    "bad-status-line": "unavailable",
    "nothing": "unavailable",
    "reset": "unavailable",
    "stream": "ok",
    "stream-one-chunk": "ok",
    "stream-split": "ok",
    "stream-no-usage": "ok",
    "stream-no-done": "ok",
    "stream-cut": "unavailable",
    "stream-reset": "unavailable",
    "stream-error": "unavailable",
    "stream-bad-chunk": "unavailable",
    "stream-empty": "empty",
    "stream-page": "empty",
    "silent": "timeout",
    "silent-body": "timeout",
    "stream-silent": "timeout",
    "refused": "unavailable",
}
"""What each answer means for the call; where a client's own rules matter, see the tests below."""

ERRORS = frozenset({"unavailable", "bad_request", "rate_limit", "timeout", "error"})
SILENT = ("silent", "silent-body", "stream-silent")
BY_CLIENT = ("gzip-broken", "redirect", "redirect-loop", "stream-garbage")
BIG = ("big", "stream-big")


def probe(server: str, patience: str, ways: str, *cases: str) -> list[str]:
    return ["probe.py", server, patience, ways, ",".join(cases)]


def compare(arguments: list[str], settings: dict[str, str], folder: Path) -> Result:
    """Run a program with and without us, at the same time: it prints the same."""
    program, *given = arguments
    with ThreadPoolExecutor(1) as beside:
        alone = beside.submit(run, command(program, *given), bare(settings), folder, 60)
        watched = run(instrumented(program, *given), {**settings, **ALONE}, folder, 60)
    assert watched.out.splitlines() == alone.result().out.splitlines()
    assert (watched.status, alone.result().status) == (0, 0), watched.err
    return watched


def spans(telemetry: Telemetry) -> dict[str, Span]:
    """The span of each question; there is one."""
    found = {str(call.attributes[names.USER_ID]): call for call in telemetry.calls}
    assert len(found) == len(telemetry.calls)
    return found


def assert_truthful(case: str, span: Span) -> None:
    outcome = span.attributes[names.OUTCOME]
    assert outcome == OUTCOMES[case], span
    assert (span.status == ERROR) is (outcome in ERRORS), span
    assert (names.ERROR_TYPE in span.attributes) is (outcome in ERRORS), span


def test_every_answer_is_accounted_for() -> None:
    assert set(ANSWERS) | {"refused"} == set(OUTCOMES) | set(BY_CLIENT) | set(BIG)


def test_odd_answers(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    cases = [case for case in OUTCOMES if case not in (*SILENT, "refused")]
    with raw_server() as server:
        watched = compare(probe(server, "20", WAYS, *cases), settings, tmp_path)
    assert watched.ours == []
    found = spans(receiver.received)
    assert len(found) == len(cases) * len(WAYS.split(","))
    for question, span in found.items():
        assert_truthful(question.split()[0], span)


@pytest.mark.parametrize("way", ["openai", "openai-async-stream", "httpx-stream"])
def test_answers_that_do_not_come(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, way: str) -> None:
    with raw_server() as server:
        compare(probe(server, "0.5", way, *SILENT), settings, tmp_path)
    for question, span in spans(receiver.received).items():
        assert_truthful(question.split()[0], span)
        assert str(span.attributes[names.ERROR_TYPE]).endswith("ReadTimeout")


def test_server_that_is_not_there(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    compare(probe("http://127.0.0.1:9", "5", WAYS, "refused"), settings, tmp_path)
    found = spans(receiver.received)
    assert len(found) == len(WAYS.split(","))
    for span in found.values():
        assert_truthful("refused", span)


def test_answers_that_clients_understand_differently(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    with raw_server() as server:
        compare(probe(server, "20", WAYS, *BY_CLIENT), settings, tmp_path)
    found = {question: span.attributes[names.OUTCOME] for question, span in spans(receiver.received).items()}
    assert len(found) == len(BY_CLIENT) * len(WAYS.split(","))
    assert found["redirect openai"] == found["redirect openai-stream"] == "ok"  # it follows
    assert found["redirect-loop openai"] == "error"
    assert found["gzip-broken openai"] == "error"
    assert found["gzip-broken httpx-stream"] == "malformed_output"  # it does not decode
    assert found["stream-garbage openai-stream"] == "abandoned"  # it gives up


@pytest.mark.parametrize("case", BIG)
def test_twenty_megabytes(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, case: str) -> None:
    ways = "openai,httpx2-stream,openai-stream" if case == "stream-big" else "openai,httpx2-stream"
    with raw_server() as server:
        watched = compare(probe(server, "30", ways, case), settings, tmp_path)
    assert watched.ours == []
    found = spans(receiver.received)
    assert len(found) == len(ways.split(","))
    for span in found.values():
        assert span.attributes[names.OUTCOME] == "ok", span
        assert span.attributes[names.USAGE_OUTPUT_TOKENS] == 5
        assert len(str(span.attributes)) < 10_000


def test_calls_that_the_application_leaves(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    watched = compare(["leaving.py"], settings, tmp_path)
    assert len(watched.out.splitlines()) == 8
    found = {user: span.attributes[names.OUTCOME] for user, span in spans(receiver.received).items()}
    assert found == {
        "closed": "abandoned",
        "forgotten": "abandoned",
        "raised": "abandoned",
        "left": "abandoned",
        "cancelled": "cancelled",
        "cancelled-in-stream": "cancelled",
        "timed-out": "cancelled",
    }
