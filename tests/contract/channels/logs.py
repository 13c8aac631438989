"""Log records of the application."""

from __future__ import annotations

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.util.types import AnyValue

from contract.channels.channel import channel
from contract.installation import Installation


def _emit(installed: Installation, record: LogRecord) -> None:
    installed.logger_provider.get_logger("shop").emit(record)


@channel
def log_body(installed: Installation, text: str) -> None:
    _emit(installed, LogRecord(body=text, severity_number=SeverityNumber.INFO))


@channel
def structured_log_body(installed: Installation, text: str) -> None:
    _emit(installed, LogRecord(body={"outer": [{"inner": text}]}))


@channel
def key_inside_a_log_body(installed: Installation, text: str) -> None:
    _emit(installed, LogRecord(body={text: 3}))


@channel
def log_attribute(installed: Installation, text: str) -> None:
    _emit(installed, LogRecord(body="said", attributes={"note": text}))


@channel
def nested_log_attribute(installed: Installation, text: str) -> None:
    """As `opentelemetry-util-genai` puts messages into events."""
    part: AnyValue = {"type": "text", "content": text}
    attributes: dict[str, AnyValue] = {"gen_ai.input.messages": [{"role": "user", "parts": [part]}]}
    _emit(installed, LogRecord(event_name="gen_ai.client.inference.operation.details", attributes=attributes))


@channel
def key_of_a_numeric_log_attribute(installed: Installation, text: str) -> None:
    _emit(installed, LogRecord(body="said", attributes={text: 3}))


@channel
def log_event_name(installed: Installation, text: str) -> None:
    _emit(installed, LogRecord(event_name=text))


@channel
def log_severity_text(installed: Installation, text: str) -> None:
    _emit(installed, LogRecord(body="said", severity_text=text))


@channel
def logged_exception(installed: Installation, text: str) -> None:
    try:
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ValueError(text) from error
    except ValueError as error:
        _emit(installed, LogRecord(body="failed", exception=error))


@channel
def scope_of_a_log_record(installed: Installation, text: str) -> None:
    installed.logger_provider.get_logger(text, attributes={"note": text}).emit(LogRecord(body="said"))
