"""What importing and installing costs a process, and whether memory stays flat."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

__all__ = ["lines"]

_RESIDENT = """
import os

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
"""

_START = (
    _RESIDENT
    + """
import time
import opentelemetry.sdk._configuration, opentelemetry.instrumentation.auto_instrumentation._load
import opentelemetry.instrumentation.httpx
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.metrics import MeterProvider
provider, meter_provider = TracerProvider(), MeterProvider()
before, started = resident(), time.process_time()
from spanwise.distro.install import install
install(provider, meter_provider)
print((time.process_time() - started) * 1000, resident() - before)
"""
)

_CALLS = (
    _RESIDENT
    + """
os.environ["SPANWISE_CAPTURE_CONTENT"] = "true"
from performance.variants import spanwise
from performance.workload import chat

variant, call = spanwise("memory", content=True), chat()
variant.on()
for number in range(1, 100_001):
    call()
    if number in (10_000, 100_000):
        variant.flush()
        print(resident())
"""
)


def lines() -> Iterator[str]:
    """One line per fact."""
    starts = [_numbers(_START) for _ in range(7)]
    milliseconds, megabytes = (statistics.median(column) for column in zip(*starts, strict=True))
    yield f"import and install, after OpenTelemetry itself: {milliseconds:.0f} ms CPU, {megabytes:.1f} MB"
    early, late = _numbers(_CALLS)
    yield f"resident memory after 10 000 calls {early:.0f} MB, after 100 000 calls {late:.0f} MB"


def _numbers(program: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=900)
    return [float(word) for word in done.stdout.split()]
