"""Structured logs: one JSON object a line, redacted at every depth, with the trace that it belongs to."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import logging
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.util.types import AttributeValue

from spanwise.core.context import use
from spanwise.processors.json_log import JsonFormatter, LogSettings, StructlogRenderer
from spanwise.processors.redact import Redactor, RedactSettings

EMAIL = "grace.miller@gmail.com"
Fields = dict[str, Any]


@dataclass
class Logged:
    """A logger that nobody else listens to, and what it printed."""

    logger: logging.Logger
    out: StringIO

    @property
    def line(self) -> Fields:
        """The only line."""
        (line,) = self.out.getvalue().splitlines()
        return cast("Fields", json.loads(line))


def logged_with(formatter: logging.Formatter) -> Logged:
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger = logging.Logger("shop.orders", logging.DEBUG)
    logger.addHandler(handler)
    return Logged(logger, out)


@pytest.fixture
def logged() -> Logged:
    return logged_with(JsonFormatter(Redactor(), LogSettings()))


class TestStandardLibrary:
    def test_line_has_time_level_logger_place_and_message(self, logged: Logged) -> None:
        logged.logger.info("%s of %d", "one", 3)
        line = logged.line
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["time"])
        assert (line["level"], line["logger"], line["message"]) == ("INFO", "shop.orders", "one of 3")
        assert Path(line["code"]["file"]).name == "test_json_log.py"
        assert line["code"]["function"] == "test_line_has_time_level_logger_place_and_message"
        assert list(line) == ["time", "level", "logger", "code", "message"]

    def test_line_has_the_ids_of_the_current_span(self, logged: Logged) -> None:
        with TracerProvider().get_tracer("t").start_as_current_span("work") as span:
            logged.logger.info("hello")
        context = span.get_span_context()
        assert logged.line["trace_id"] == f"{context.trace_id:032x}"
        assert logged.line["span_id"] == f"{context.span_id:016x}"

    def test_line_has_the_service_that_the_environment_names(
        self, logged: Logged, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OTEL_SERVICE_NAME", "shop")
        logged.logger.info("hello")
        assert logged.line["service"] == "shop"

    def test_line_has_the_user_context(self, logged: Logged) -> None:
        with use(user="u-1", session=EMAIL, feature="refund"):
            logged.logger.info("hello")
        expected = {"user.id": "u-1", "session.id": "[EMAIL]", "spanwise.feature": "refund"}
        assert expected.items() <= logged.line.items()

    def test_line_has_the_fields_that_every_line_has(self) -> None:
        logged = logged_with(JsonFormatter(Redactor(), LogSettings(location=False, fields={"team": "search"})))
        logged.logger.info("hello")
        assert logged.line["team"] == "search"
        assert "code" not in logged.line

    def test_extra_fields_are_redacted_at_any_depth(self, logged: Logged) -> None:
        deep = {"a": [{"b": {"c": EMAIL}}], "text": json.dumps({"d": EMAIL})}
        logged.logger.info("hello", extra={"order": deep})
        assert logged.line["order"] == {"a": [{"b": {"c": "[EMAIL]"}}], "text": '{"d": "[EMAIL]"}'}
        assert logged.line["redacted"] == {"EMAIL": 2}

    def test_line_is_at_the_place_of_logs(self) -> None:
        logged = logged_with(JsonFormatter(Redactor(RedactSettings(places={"log": "partial"})), LogSettings()))
        logged.logger.info("mail %s", EMAIL)
        assert logged.line["message"] == f"mail [EMAIL:…@{EMAIL.partition('@')[2]}]"

    @pytest.mark.parametrize("key", ["password", "api_key", "clientSecret", "Authorization", "x-api-key", "my_own"])
    def test_sensitive_keys_are_removed_at_any_depth(self, key: str) -> None:
        redactor = Redactor(RedactSettings(sensitive_names=("my_own",)))
        logged = logged_with(JsonFormatter(redactor, LogSettings()))
        values = {key: "hunter2", "deep": [{key: {"more": "hunter2"}, "kept": 1}]}
        logged.logger.info("hello", extra={"request": values, key: "hunter2"})
        assert logged.line["request"] == {"deep": [{"kept": 1}]}
        assert "hunter2" not in logged.out.getvalue()
        assert logged.line["redacted"] == {"SENSITIVE_KEY": 3}

    def test_message_and_its_arguments_are_redacted(self, logged: Logged) -> None:
        logged.logger.warning("mail %s, password=%s", EMAIL, "hunter2hunter2")
        assert EMAIL not in logged.out.getvalue()
        assert "hunter2" not in logged.out.getvalue()

    def test_logger_named_after_a_person_is_redacted(self) -> None:
        logged = logged_with(JsonFormatter(Redactor(), LogSettings()))
        logged.logger.name = EMAIL
        logged.logger.info("hello")
        assert logged.line["logger"] == "[EMAIL]"

    def test_exception_has_type_message_and_stack_redacted(self, logged: Logged) -> None:
        try:
            raise KeyError(EMAIL)
        except KeyError:
            logged.logger.exception("failed", stack_info=True)
        exception = logged.line["exception"]
        assert (exception["type"], exception["message"]) == ("KeyError", "'[EMAIL]'")
        assert exception["stacktrace"].startswith("Traceback (most recent call last):\n")
        assert "test_exception_has_type" in logged.line["stack"]
        assert EMAIL not in logged.out.getvalue()

    def test_exception_with_causes_and_of_its_own_kind(self, logged: Logged) -> None:
        try:
            try:
                raise ValueError(EMAIL)
            except ValueError as error:
                raise OddError from error
        except OddError:
            logged.logger.exception("failed")
        assert logged.line["exception"]["type"].endswith("test_json_log.OddError")
        assert logged.line["exception"]["message"] == "[OddError]"
        assert EMAIL not in logged.out.getvalue()

    def test_arguments_that_do_not_fit_are_left_out(self, logged: Logged) -> None:
        logged.logger.info("%d apples", EMAIL)
        assert logged.line["message"] == "%d apples [ARGUMENTS DO NOT FIT]"

    def test_field_that_is_called_like_one_of_ours_stands_beside_it(self, logged: Logged) -> None:
        logged.logger.info("hello", extra={"time": "noon", "level": "high"})
        assert (logged.line["extra.time"], logged.line["extra.level"]) == ("noon", "high")
        assert logged.line["level"] == "INFO"

    def test_line_is_one_line(self, logged: Logged) -> None:
        logged.logger.info("a\nb\u2028c\ud800", extra={"k\n": "v\r\n"})
        assert len(logged.out.getvalue().split("\n")) == 2
        assert logged.line["message"] == "a\nb\u2028c?"


class OddError(Exception):
    """Cannot say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("odd")


class Colour(enum.Enum):
    RED = "red"


class Opaque:
    """Says too much of itself."""

    def __repr__(self) -> str:
        return "hunter2"


class Trap(dict[str, object]):
    """Cannot be gone through."""

    def items(self) -> Any:
        raise RuntimeError("trap")


WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
VALUES: list[tuple[object, object]] = [
    (None, None),
    (True, True),
    (1.5, 1.5),
    (float("nan"), "nan"),
    ((1, 2), [1, 2]),
    ({3}, [3]),
    (b"bytes", "bytes"),
    (WHEN, "2026-01-02 03:04:05+00:00"),
    (decimal.Decimal("1.10"), "1.10"),
    (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    (Path("a/b"), "a/b"),
    (Colour.RED, "red"),
    (Opaque(), "[Opaque]"),
    ([Opaque()], ["[Opaque]"]),
    (Trap(a=1), "[Trap]"),
    ({1: "a", None: "b"}, {"1": "a", "None": "b"}),
    (ValueError("bad"), "bad"),
    (OddError(), "[OddError]"),
    (list(range(1003)), [*range(1000), "[3 MORE]"]),
]


@pytest.mark.parametrize(("value", "written"), VALUES, ids=lambda value: type(value).__name__)
def test_value_is_written_as_json_or_replaced(logged: Logged, value: object, written: object) -> None:
    logged.logger.info("hello", extra={"value": value})
    assert logged.line["value"] == written


def test_value_that_holds_itself_ends_somewhere(logged: Logged) -> None:
    inside: list[object] = []
    inside.append(inside)
    deep: object = EMAIL
    for _ in range(100):
        deep = [deep]
    logged.logger.info("hello", extra={"inside": inside, "deep": deep})
    assert logged.line["inside"] == ["[CYCLE]"]
    assert "[TOO DEEP]" in logged.out.getvalue()
    assert EMAIL not in logged.out.getvalue()


class BrokenRedactor(Redactor):
    """Raises at everything."""

    def value(self, value: AttributeValue, counts: dict[str, int]) -> AttributeValue:
        raise RuntimeError("broken")


@pytest.mark.usefixtures("swallowed_faults")
def test_line_that_cannot_be_redacted_keeps_nothing_that_was_worded() -> None:
    logged = logged_with(JsonFormatter(BrokenRedactor(), LogSettings()))
    with use(user=EMAIL):
        logged.logger.error("mail %s", EMAIL, extra={"to": EMAIL})
    line = logged.line
    assert (line["level"], line["message"], line["logger"]) == ("ERROR", "[REDACTION FAILED]", "")
    assert set(line) == {"time", "level", "logger", "code", "message"}


@pytest.mark.usefixtures("swallowed_faults")
def test_line_that_cannot_be_made_at_all_is_not_printed_raw(logged: Logged, capsys: pytest.CaptureFixture[str]) -> None:
    record = logged.logger.makeRecord("shop", logging.INFO, "f", 1, EMAIL, (), None)
    record.created = float("inf")
    logged.logger.handle(record)
    assert logged.line == {"level": "ERROR", "message": "[FORMATTING FAILED]"}
    assert EMAIL not in capsys.readouterr().err


class TestStructlog:
    @pytest.fixture(autouse=True)
    def defaults(self) -> Iterator[None]:
        yield
        structlog.reset_defaults()

    def lines(self, out: StringIO) -> list[Fields]:
        return [cast("Fields", json.loads(line)) for line in out.getvalue().splitlines()]

    def log_to(self, *before: Any) -> tuple[Any, StringIO]:
        out = StringIO()
        structlog.configure(
            processors=[*before, StructlogRenderer(Redactor(), LogSettings())],
            logger_factory=structlog.WriteLoggerFactory(out),
            cache_logger_on_first_use=False,
        )
        return structlog.get_logger(), out

    def test_event_is_a_line_like_that_of_logging(self) -> None:
        log, out = self.log_to()
        with TracerProvider().get_tracer("t").start_as_current_span("work"), use(user="u-1"):
            log.bind(order=7).info("hello", mail=EMAIL)
        (line,) = self.lines(out)
        assert (line["level"], line["message"], line["order"], line["mail"]) == ("INFO", "hello", 7, "[EMAIL]")
        assert {"time", "trace_id", "span_id", "user.id"} <= line.keys()
        assert line["code"]["function"] == "test_event_is_a_line_like_that_of_logging"

    def test_sensitive_keys_are_removed_and_values_redacted_at_any_depth(self) -> None:
        log, out = self.log_to()
        log.warning(EMAIL, password="hunter2", deep={"token_list": [{"api_key": "hunter2", "kept": EMAIL}]})
        (line,) = self.lines(out)
        assert line["message"] == "[EMAIL]"
        assert line["deep"] == {"token_list": [{"kept": "[EMAIL]"}]}
        assert "hunter2" not in out.getvalue()

    def test_exception_is_told(self) -> None:
        log, out = self.log_to()
        try:
            raise KeyError(EMAIL)
        except KeyError as error:
            log.exception("failed")
            log.error("failed", exc_info=error)
        assert [line["exception"]["type"] for line in self.lines(out)] == ["KeyError", "KeyError"]
        assert EMAIL not in out.getvalue()

    def test_usual_processors_before_it_do_no_harm(self) -> None:
        log, out = self.log_to(
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
        )
        try:
            raise KeyError(EMAIL)
        except KeyError:
            log.exception("failed", stack_info=True)
        (line,) = self.lines(out)
        assert line["level"] == "ERROR"
        assert line["exception"]["stacktrace"].startswith("Traceback")
        assert "stack" in line
        assert EMAIL not in out.getvalue()

    def test_it_formats_for_the_standard_library_too(self) -> None:
        formatter = structlog.stdlib.ProcessorFormatter(processors=[StructlogRenderer(Redactor(), LogSettings())])
        logged = logged_with(formatter)
        logged.logger.warning("mail %s", EMAIL)
        assert (logged.line["logger"], logged.line["level"]) == ("shop.orders", "WARNING")
        assert logged.line["message"] == "mail [EMAIL]"
        assert logged.line["code"]["function"] == "test_it_formats_for_the_standard_library_too"
