"""The three calls of `chat`, in one child for each site of a fault of Spanwise itself."""

import importlib
import os
import sys
from typing import Any, NoReturn

import genai_prices

from spanwise.core import context
from spanwise.distro import configure
from spanwise.instrumentation.protocols import reading
from spanwise.instrumentation.transports import call
from spanwise.processors.deduplicate import Duplicates
from spanwise.processors.light import LightRecorder
from spanwise.processors.measure import MeasureStep
from spanwise.processors.normalise import NormaliseStep
from spanwise.processors.price import PriceStep
from spanwise.processors.redact import Redactor, RedactSettings
from spanwise.processors.sample import Sampler
from spanwise.processors.screen import ScreenStep
from spanwise.processors.screening import screen
from spanwise.processors.surface import Surface
from stack.programs import chat

EXPORTERS = tuple(
    f"opentelemetry.exporter.otlp.proto.http.{name}" for name in ("trace_exporter", "metric_exporter", "_log_exporter")
)


def fault(*_: object, **__: object) -> NoReturn:
    raise LookupError("grace.miller@gmail.com was not found")


SITES: dict[str, tuple[Any, str]] = {
    "transport.httpx.begin": (call, "begin"),
    "transport.begin": (call, "claim"),
    "transport.httpx.answered": (call, "answered"),
    "transport.end": (call, "_end"),
    "recorder.begin": (LightRecorder, "begin"),
    "recorder.finish": (LightRecorder, "finish"),
    "user_context": (context, "current"),
    "protocol.read": (reading, "_read_request"),
    "step.NormaliseStep": (NormaliseStep, "__call__"),
    "step.PriceStep": (PriceStep, "__call__"),
    "step.ScreenStep": (ScreenStep, "__call__"),
    "step.MeasureStep": (MeasureStep, "__call__"),
    "redact.span": (Surface, "_span"),
    "redact.text": (Redactor, "text"),
    "redact.item": (Redactor, "item"),
    "redact.log": (Surface, "_log_record"),
    "logs.prepare": (Surface, "log_record"),
    "pipeline.handle": (Sampler, "offer"),
    "pipeline.tick": (Sampler, "expire"),
    "duplicates.forget": (Duplicates, "forget_old"),
}


def run_with_fault(site: str) -> None:
    """What a child does: its telemetry carries the site, so that the backend can tell the children apart."""
    os.environ["OTEL_RESOURCE_ATTRIBUTES"] = f"site={site}"
    owner, name = SITES[site]
    if not hasattr(owner, name):
        sys.exit(f"{owner} has no {name} any more")
    setattr(owner, name, fault)
    configure()
    chat.main()
    sys.exit(0)


def fork(site: str) -> int:
    """A child whose output goes to files named after the site; importing everything anew would take seconds."""
    child = os.fork()
    if child == 0:
        for stream, kind in ((sys.stdout, "out"), (sys.stderr, "err")):
            os.dup2(os.open(f"{site}.{kind}", os.O_CREAT | os.O_WRONLY), stream.fileno())
        run_with_fault(site)
    return child


if __name__ == "__main__":
    # what takes long the first time, so that no child has to
    for module in ("spanwise.distro.install", "opentelemetry.distro", "opentelemetry.sdk._configuration", *EXPORTERS):
        importlib.import_module(module)
    Redactor(RedactSettings()).text(chat.QUESTION, {})
    screen(chat.QUESTION, "user")
    genai_prices.calc_price(genai_prices.Usage(), "gpt-4o-mini")
    for each in SITES:
        print(each, os.waitpid(fork(each), 0)[1], flush=True)
