"""Names of persons and postal addresses, found by a language model that the user installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from spanwise.semconv import attributes as names
from stack.applications import Result, command, instrumented, run
from stack.receivers import HttpReceiver

pytestmark = pytest.mark.stack

TEXT = "My name is Greta Olsen, and my order is late. Send it to 31 Park Lane, Dublin by Friday. Mail greta@gmail.com."
RAW = ("Greta", "Olsen", "Park Lane", "greta@")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a small pipeline, trained here."""
    if find_spec("spacy") is None:
        pytest.skip("needs spaCy")
    folder = tmp_path_factory.mktemp("model")
    trained = run(command("naming.py", str(folder)), {}, folder, timeout=120)
    assert trained.status == 0, trained.err
    return str(folder)


def asked(settings: dict[str, str], model: str, folder: Path) -> Result:
    more = {"SPANWISE_REDACT_MODEL": model, "SPANWISE_CAPTURE_CONTENT": "true"}
    return run(instrumented("asking.py", TEXT), {**settings, **more}, folder)


def redacted(text: str, given: dict[str, str], folder: Path) -> Result:
    return run([str(Path(sys.executable).with_name("spanwise")), "redact", text], given, folder)


def test_names_and_addresses_are_taken_out_of_what_is_said(
    settings: dict[str, str], receiver: HttpReceiver, model: str, tmp_path: Path
) -> None:
    assert asked(settings, model, tmp_path).ours == []
    telemetry = receiver.received
    (call,) = telemetry.calls
    said = str(call.attributes[names.INPUT_MESSAGES])
    assert "My name is [PERSON], and my order is late. Send it to [POSTAL_ADDRESS] by Friday. Mail [EMAIL]." in said
    assert not [raw for raw in RAW if telemetry.holds(raw)]
    assert call.attributes[names.REDACTION_TYPES] == ["EMAIL", "PERSON", "POSTAL_ADDRESS"]


def test_without_its_model_no_text_leaves_and_a_line_says_why(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    done = asked(settings, "no_such_model", tmp_path)
    assert done.status == 0
    assert "redact.model 'no_such_model': neither an installed spaCy pipeline nor the folder of one" in done.ours[0]
    telemetry = receiver.received
    (call,) = telemetry.calls
    assert names.INPUT_MESSAGES not in call.attributes
    assert isinstance(call.attributes[names.USAGE_INPUT_TOKENS], int)
    assert not [raw for raw in RAW if telemetry.holds(raw)]


def test_labels_and_actions_are_the_user_s(model: str, tmp_path: Path) -> None:
    given = {
        "SPANWISE_REDACT_MODEL": model,
        "SPANWISE_REDACT_MODEL_LABELS": "PERSON=PERSON",
        "SPANWISE_REDACT_ACTIONS": "PERSON=drop",
    }
    assert redacted(TEXT, given, tmp_path).out.startswith("My name is , and my order is late. Send it to 31 Park Lane,")


def test_pseudonym_of_a_name_is_no_name_again(model: str, tmp_path: Path) -> None:
    given = {"SPANWISE_REDACT_MODEL": model, "SPANWISE_REDACT_ACTION": "pseudonym", "SPANWISE_REDACT_KEY": "k" * 32}
    once = redacted(TEXT, given, tmp_path).out.rstrip("\n")
    assert redacted(once, given, tmp_path).out.rstrip("\n") == once
    assert "Greta" not in once


def test_long_text_is_read_to_its_end(model: str, tmp_path: Path) -> None:
    long = "The parcel for order 4711 is late.\n" * 2_000 + TEXT
    out = redacted(long, {"SPANWISE_REDACT_MODEL": model}, tmp_path).out
    assert "My name is [PERSON], and my order" in out
