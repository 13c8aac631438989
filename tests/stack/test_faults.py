"""A fault of Spanwise itself: the application does not notice, nothing raw leaves, and it is said once and counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provider import LocalProvider
from spanwise.semconv import attributes as names
from stack.applications import Result, bare, command, run
from stack.conftest import environment_of
from stack.receivers import http_receiver
from stack.telemetry import Telemetry

pytestmark = pytest.mark.stack

NO_CALL = frozenset({"transport.httpx.begin", "transport.begin", "recorder.begin", "recorder.finish", "user_context"})
"""Sites whose fault costs the spans of the calls that only the wire sees."""
NO_METRICS = frozenset({"redact.text", "redact.item"})
"""Sites without which metrics cannot be redacted either, so that none leave."""
SITES = (
    *sorted(NO_CALL),
    *sorted(NO_METRICS),
    "transport.httpx.answered",
    "transport.end",
    "protocol.read",
    "step.NormaliseStep",
    "step.PriceStep",
    "step.ScreenStep",
    "step.MeasureStep",
    "redact.span",
    "redact.log",
    "logs.prepare",
    "pipeline.handle",
    "pipeline.tick",
    "duplicates.forget",
)


class Faults:
    """What came of the program without us, and with a fault at each site."""

    def __init__(self, alone: Result, done: Result, folder: Path, received: Telemetry) -> None:
        self.alone = alone
        self._statuses = dict(line.split() for line in done.out.splitlines())
        self._folder = folder
        self._received = received

    @property
    def sites(self) -> set[str]:
        return set(self._statuses)

    def result(self, site: str) -> Result:
        out, err = ((self._folder / f"{site}.{kind}").read_text() for kind in ("out", "err"))
        return Result(int(self._statuses[site]), out, err)

    def received(self, site: str) -> Telemetry:
        """Spans and points of the child; those of `redact.item` do not even say whose they are."""
        return Telemetry(
            [span for span in self._received.spans if span.resource.get("site") == site],
            [point for point in self._received.points if point.resource.get("site") == site],
        )

    def holds(self, text: str) -> bool:
        return self._received.holds(text)


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    folder = tmp_path_factory.mktemp("faults")
    with LocalProvider() as provider, http_receiver() as receiver:
        settings = {**environment_of(provider, receiver), "SPANWISE_CAPTURE_CONTENT": "true"}
        alone = run(command("chat.py"), bare(settings), folder)
        done = run(command("faulty.py"), settings, folder, timeout=60)
        assert done.status == 0, done.err
        yield Faults(alone, done, folder, receiver.received)


def test_every_site_is_tried(faults: Faults) -> None:
    assert faults.sites == set(SITES)


def test_nothing_raw_leaves_whatever_fails(faults: Faults) -> None:
    assert not faults.holds("grace.miller@gmail.com")
    assert not faults.holds("4539 1488 0343 6467")


@pytest.mark.parametrize("site", SITES)
def test_fault_stays_inside(faults: Faults, site: str) -> None:
    done, received = faults.result(site), faults.received(site)
    assert (done.status, done.out) == (0, faults.alone.out), done.err
    assert done.ours
    assert len(set(done.ours)) == len(done.ours)
    assert all("internal error in" in line and "(LookupError)" in line for line in done.ours)
    assert "grace.miller" not in "\n".join(done.ours)
    if site not in NO_METRICS:
        assert received.total("spanwise.internal.errors") >= 2
    if site == "pipeline.handle":
        assert received.total("spanwise.pipeline.dropped", reason="error") == 3
    elif site not in NO_CALL | {"redact.item"}:
        assert len(received.calls) == 3


@pytest.mark.parametrize("site", ["redact.span", "redact.text"])
def test_span_that_cannot_be_redacted_keeps_only_what_cannot_be_content(faults: Faults, site: str) -> None:
    calls = faults.received(site).calls
    assert len(calls) == 3
    for call in calls:
        assert call.attributes[names.REDACTION_FAILED] is True
        assert call.attributes[names.OPERATION_NAME] == "chat"
        assert isinstance(call.attributes[names.USAGE_INPUT_TOKENS], int)
        assert names.INPUT_MESSAGES not in call.attributes
