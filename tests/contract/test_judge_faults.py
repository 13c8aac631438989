"""A judge that is slow, broken, hostile or wrongly set up: what that may cost, and that it is counted."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from opentelemetry._logs import Logger, LoggerProvider, LogRecord
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import INVALID_SPAN_CONTEXT
from opentelemetry.util.types import AnyValue

from contract.channels.wire import prompt
from contract.judges import FAULTS, Server, completion, judged, saying, skipped, verdict
from spanwise.core.inference import Content
from spanwise.distro.judging import judge_step
from spanwise.processors.judge.evaluations import Case
from spanwise.processors.judge.questions import Score, read_answer
from spanwise.processors.judge.settings import JudgeSettings
from spanwise.processors.judge.step import JudgeStep
from spanwise.processors.price import PriceSettings, PriceTable
from spanwise.processors.redact import Redactor
from spanwise.processors.surface import CaptureSettings, Surface
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import JUDGE_COST

SCORES = json.dumps(dict.fromkeys(FAULTS, 0))


@contextmanager
def dripping(head: bytes) -> Generator[str]:
    """The URL of a server that answers a byte now and then, for ever."""
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(1 << 16)
            connection.sendall(head)
            while not ended.wait(0.02):
                connection.sendall(b" ")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        ended.set()
        thread.join(10)
        listener.close()


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"])
def test_server_that_drips_is_given_up_after_the_timeout(head: bytes) -> None:
    with dripping(head) as url, judged(url, timeout="0.2") as installed:
        prompt(installed, "hello")
        assert skipped(installed) == {"unavailable": 1}


def test_answer_in_parts_is_read() -> None:
    parts = [{"type": "thinking"}, {"type": "text", "text": SCORES[:9]}, {"text": SCORES[9:]}, None]
    body = json.dumps({"choices": [{"message": {"content": parts}}]}).encode()
    assert tuple(read_answer(body, dict.fromkeys(FAULTS, "")).scores) == FAULTS


def test_reason_that_no_exporter_could_encode_is_mended() -> None:
    answer = read_answer(completion('{"rude": {"score": 1, "reason": "\\ud800 was said"}}'), {"rude": ""})
    assert answer.scores == {"rude": Score(1.0, "? was said")}


@pytest.mark.parametrize("tokens", [10**400, 10**18, 1e300])
def test_token_counts_that_cannot_be_are_not_paid(tokens: float) -> None:
    usage = {"prompt_tokens": tokens, "completion_tokens": 5}
    body = json.dumps({"choices": [{"message": {"content": SCORES}}], "usage": usage}).encode()
    with saying(body) as server, judged(server.url) as installed:
        prompt(installed, "hello")
        assert len(installed.evaluations()) == len(FAULTS)
        assert 0 < installed.total(JUDGE_COST.name) < 0.01


@pytest.mark.parametrize(
    "given",
    [
        {"url": "llm.internal:8000/v1?key=hunter2"},
        {"url": "http:///v1"},
        {"url": "http://[hunter2/v1"},
        {"url": "http://llm.internal:99999/v1"},
        {"url": "http://llm internal/v1"},
        {"faults": "prompt_injection=,system_prompt_leak=,harmful_content="},
    ],
)
def test_judge_that_is_wrongly_set_up_asks_nobody_else(
    given: Mapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Above all not the default server: what was meant for one's own would leave the house."""
    with judged(**{"url": "http://llm.internal/v1", **given}) as installed:
        assert not any(isinstance(step, JudgeStep) for step in installed.pipeline._steps)  # pyright: ignore[reportPrivateUsage]
    (line,) = (record.getMessage() for record in caplog.records if "JUDGE" in record.getMessage())
    assert line.endswith("; nothing is judged")
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("name", "value"), [("rate", "9" * 25), ("timeout", "inf"), ("timeout", "1e20"), ("max_length", "9" * 25)]
)
def test_limit_that_nothing_can_keep_costs_one_line(name: str, value: str, caplog: pytest.LogCaptureFixture) -> None:
    with saying(verdict()) as server, judged(server.url, **{name: value}) as installed:
        prompt(installed, "hello")
        assert len(installed.evaluations()) == len(FAULTS)
    (line,) = (record.getMessage() for record in caplog.records if "JUDGE" in record.getMessage())
    assert line.startswith(f"spanwise: SPANWISE_JUDGE_{name.upper()}=")


@pytest.mark.parametrize(("key", "sent"), [("sk-judge-1\n", "Bearer sk-judge-1"), ("sk-…", None), ("sk\r\nX: y", None)])
def test_key_is_sent_clean_or_not_at_all(key: str, sent: str | None, caplog: pytest.LogCaptureFixture) -> None:
    """Those that are read from files end with a line break."""
    with saying(verdict()) as server, judged(server.url, key=key) as installed:
        prompt(installed, "hello")
        installed.evaluations()
        (headers,) = server.headers
    assert headers.get("Authorization") == sent
    assert key.strip() not in caplog.text


def test_outage_of_a_day_ends_in_the_same_pauses() -> None:
    with saying(b"", 500) as server, judged(server.url) as installed:
        installed.judge._failures = 1_023  # pyright: ignore[reportPrivateUsage]
        for _ in range(3):
            prompt(installed, "hello")
        assert skipped(installed) == {"unavailable": 3}
    assert len(server.bodies) == 1


def test_second_end_waits_and_counts_no_more() -> None:
    release = threading.Event()

    def hang() -> tuple[int, Mapping[str, str], bytes]:
        release.wait(30)
        return 200, {}, verdict()

    with Server(hang) as server, judged(server.url) as installed:
        prompt(installed, "hello")
        installed.flush()
        for _ in range(2):
            installed.judge.finish(0.05)
        assert installed.judge.skipped == {"shutdown": 1}
        release.set()


def test_thread_that_cannot_start_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "spanwise-judge":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with saying(verdict()) as server, judged(server.url) as installed:
        prompt(installed, "hello")
        installed.flush()
        monkeypatch.undo()
        prompt(installed, "hello again")
        assert len(installed.evaluations()) == 2 * len(FAULTS)


def test_nothing_is_redacted_for_calls_that_will_not_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    redacted: list[Content] = []
    content = Surface.content

    def watched(self: Surface, given: Content) -> Mapping[str, AnyValue]:
        redacted.append(given)
        return content(self, given)

    monkeypatch.setattr(Surface, "content", watched)
    with saying(verdict()) as server, judged(server.url, rate="1") as installed:
        for _ in range(5):
            prompt(installed, "hello")
        assert skipped(installed) == {"rate": 4}
    assert len(redacted) == 1


def test_fork_finds_the_judge_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock of a redactor's that it held would be held in the child for ever."""
    entered = threading.Event()

    def watched(self: Surface, given: Content) -> Mapping[str, AnyValue]:
        entered.set()
        return {}

    monkeypatch.setattr(Surface, "content", watched)
    with saying(verdict()) as server, judged(server.url) as installed:
        installed.judge.pause()
        prompt(installed, "hello")
        installed.flush()
        assert not entered.is_set()
        installed.judge.resume()
        assert len(installed.evaluations()) == len(FAULTS)


def nested(depth: int) -> dict[str, AnyValue]:
    return {"inside": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize("arguments", [{"k" * 1_000_001: 1}, {"numbers": [0] * 200_000}, nested(600)])
def test_long_content_does_not_wait_whatever_it_is_made_of(arguments: dict[str, AnyValue]) -> None:
    said: list[dict[str, AnyValue]] = [
        {"role": "assistant", "parts": [{"type": "tool_call", "name": "f", "arguments": arguments}]}
    ]
    with saying(verdict()) as server, judged(server.url) as installed:
        installed.judge.put(Case(INVALID_SPAN_CONTEXT, Content(output_messages=said), {}, {}))
        assert skipped(installed) == {"too_long": 1}


class _Kept(Logger):
    def __init__(self, records: list[LogRecord]) -> None:
        super().__init__("kept")
        self._records = records

    def enabled(self, *_: object, **__: object) -> bool:
        return True

    def emit(self, record: Any = None, **_: object) -> None:
        self._records.append(record)


class _OwnProvider(LoggerProvider):
    def __init__(self) -> None:
        self.records: list[LogRecord] = []

    def get_logger(self, *_: object, **__: object) -> Logger:
        return _Kept(self.records)


def test_records_for_a_provider_that_is_not_the_sdk_s_are_redacted_before() -> None:
    provider, surface = _OwnProvider(), Surface(Redactor(), CaptureSettings())
    tracer, meter = TracerProvider().get_tracer("judge"), MeterProvider().get_meter("judge")
    content = Content(output_messages=[{"role": "assistant", "parts": [{"type": "text", "content": "Hello."}]}])
    with saying(verdict()) as server:
        settings = JudgeSettings(share=1, url=server.url)
        step = judge_step(settings, surface, PriceTable(PriceSettings()), lambda _: {}, tracer, meter, provider)
        assert step is not None
        step.judge.put(Case(INVALID_SPAN_CONTEXT, content, {}, {names.USER_ID: "j.doe@example.com"}))
        step.judge.finish(10)
    assert [(record.attributes or {})[names.USER_ID] for record in provider.records] == ["[EMAIL]"] * len(FAULTS)
