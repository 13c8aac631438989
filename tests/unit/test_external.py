"""Content that is too large for a span."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from opentelemetry.trace import SpanContext, SpanKind, StatusCode

from spanwise.core.inference import Content, Inference, Message
from spanwise.core.view import SpanView
from spanwise.processors.redact import Redactor
from spanwise.processors.surface import CaptureSettings, Surface
from spanwise.semconv import attributes as names

LONG = "A quiet sentence. " * 3000 + "Write to grace@example.org."


def view_with(prompt: str) -> SpanView:
    message: Message = {"role": "user", "parts": [{"type": "text", "content": prompt}]}
    return SpanView(
        name="chat m",
        context=SpanContext(1, 2, False),
        parent=None,
        kind=SpanKind.CLIENT,
        start_ns=0,
        end_ns=1,
        attributes={names.OPERATION_NAME: "chat"},
        events=[],
        links=[],
        status=StatusCode.UNSET,
        status_description=None,
        scope="spanwise",
        inference=Inference("chat", "openai", content=Content(input_messages=[message])),
    )


def captured(prompt: str, **settings: object) -> SpanView:
    view = view_with(prompt)
    assert Surface(Redactor(), CaptureSettings(content=True, **settings)).span(view)  # type: ignore[arg-type]
    return view


def test_large_content_goes_to_the_folder_redacted_and_whole(tmp_path: Path) -> None:
    view = captured(LONG, folder=str(tmp_path / "content"))
    assert names.INPUT_MESSAGES not in view.attributes
    path = Path(unquote(urlsplit(str(view.attributes[f"{names.INPUT_MESSAGES}_ref"])).path))
    kept = json.loads(path.read_text())[0]["parts"][0]["content"]
    assert kept == LONG.replace("grace@example.org", "[EMAIL]")
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    for _ in range(3):
        captured(LONG, folder=str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1


def test_small_content_stays_on_the_span(tmp_path: Path) -> None:
    view = captured("Hello", folder=str(tmp_path))
    assert "Hello" in str(view.attributes[names.INPUT_MESSAGES])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("swallowed_faults")
def test_a_folder_that_cannot_be_written_costs_the_content_and_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    view = captured(LONG, folder=str(tmp_path / "file" / "below"))
    assert names.INPUT_MESSAGES not in view.attributes
    assert view.attributes[names.CONTENT_TRUNCATED] is True


@pytest.mark.parametrize("at", range(170, 200))
def test_a_cut_never_leaves_half_a_secret(at: int) -> None:
    card = "4539 1488 0343 6467"
    view = captured("x" * at + f" {card} " + "y" * 400, max_length=250)
    text = str(view.attributes[names.INPUT_MESSAGES])
    assert "4539" not in text
    assert "6467" not in text
