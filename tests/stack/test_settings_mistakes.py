"""A wrong setting costs one clear line on stderr that names it and what is used; the application runs on."""

from __future__ import annotations

from pathlib import Path

import pytest

from spanwise.semconv import attributes as names
from stack.applications import instrumented, run
from stack.receivers import HttpReceiver

pytestmark = pytest.mark.stack

WRONG = {
    "SPANWISE_SAMPLE_RATIO": ("lots", "1.0"),
    "SPANWISE_PIPELINE_QUEUE_SIZE": ("-1", "2048"),
    "SPANWISE_CAPTURE_CONTENT": ("perhaps", "False"),
    "SPANWISE_MEASURE_PROFILE": ("latest", "v1.41"),
    "SPANWISE_GENERAL_PROVIDERS": ("llm.example.com", "{}"),
}


def test_each_wrong_variable_is_named_with_its_value_and_what_is_used(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    given = {name: value for name, (value, _) in WRONG.items()}
    done = run(instrumented("steady.py"), {**settings, **given}, tmp_path)
    assert (done.status, done.out) == (0, "20 answered\n")
    assert len(done.ours) == len(WRONG)
    for name, (value, used) in WRONG.items():
        line = next(line for line in done.ours if f"{name}=" in line)
        assert repr(value) in line
        assert line.endswith((f"using {used}", f"using {used!r}"))
    assert len(receiver.received.calls) == 20


FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "broken": ("sample: {ratio: 0.5\nredact: [", ["spanwise.yaml cannot be read", "going on without a settings file"]),
    "a_list": ("- sample\n- redact\n", ["spanwise.yaml is not a mapping of areas"]),
    "unknown_setting": ("sample:\n  ratoi: 0.5\n", ["sample.ratoi in spanwise.yaml is not a setting"]),
    "unknown_area": ("sampling:\n  ratio: 0.5\n", ["sampling in spanwise.yaml is not"]),
    "wrong_value": ("sample:\n  ratio: 50\n", ["sample.ratio in spanwise.yaml=50", "using 1.0"]),
    "not_utf8": (b"sample:\n  ratio: \xff\xfe\n", ["spanwise.yaml cannot be read"]),
}


@pytest.mark.parametrize("kind", FILES)
def test_mistake_in_the_settings_file_is_one_line(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, kind: str
) -> None:
    content, said = FILES[kind]
    (tmp_path / "spanwise.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run(instrumented("steady.py"), settings, tmp_path)
    assert (done.status, done.out) == (0, "20 answered\n")
    assert len(done.ours) == 1, done.err
    assert all(part in done.ours[0] for part in said)
    assert len(receiver.received.calls) == 20


@pytest.mark.parametrize("action", ["hash", "pseudonym"])
def test_redaction_that_lacks_its_key_masks_instead(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, action: str
) -> None:
    given = {"SPANWISE_REDACT_ACTION": action, "SPANWISE_CAPTURE_CONTENT": "true"}
    done = run(instrumented("chat.py"), {**settings, **given}, tmp_path)
    assert done.status == 0
    assert len(done.ours) == 1, done.err
    assert "SPANWISE_REDACT_KEY" in done.ours[0]
    assert "every finding is masked" in done.ours[0]
    for call in receiver.received.calls:
        assert "[EMAIL]" in str(call.attributes[names.INPUT_MESSAGES])
    assert not receiver.received.holds("grace.miller@gmail.com")


def test_variable_that_is_no_setting_is_named(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    given = {"SPANWISE_SAMPLE_RATOI": "0.5", "SPANWISE_STORE_PATH": "unused.db"}
    done = run(instrumented("steady.py"), {**settings, **given}, tmp_path)
    assert (done.status, done.out) == (0, "20 answered\n")
    assert len(done.ours) == 1
    assert "SPANWISE_SAMPLE_RATOI is not a setting" in done.ours[0]
    assert len(receiver.received.calls) == 20


def test_settings_file_that_was_named_and_is_not_there(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    done = run(instrumented("steady.py"), {**settings, "SPANWISE_CONFIG": "/nowhere/spanwise.yaml"}, tmp_path)
    assert (done.status, done.out) == (0, "20 answered\n")
    assert len(done.ours) == 1
    assert "/nowhere/spanwise.yaml cannot be read" in done.ours[0]
    assert len(receiver.received.calls) == 20
