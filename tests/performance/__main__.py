"""`make bench`: prints what Spanwise adds, beside the bare SDK and one hand-written span of the same run.

Timings decide no test: run it on a quiet machine, and compare rows of one run only.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from performance import abuse, footprint, throughput
from performance.receiver import OtlpSink
from performance.toggling import Result, measure
from performance.variants import ALWAYS_OFF, bare, floor, over_otlp, spanwise
from performance.workload import chat, raw_stream, stream

CHUNKS = 200


def main() -> None:
    """Run all tables, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", help=f"some of: {', '.join(TABLES)} (default: all)")
    parser.add_argument("--rounds", type=int, default=60, help="blocks per variant (default: 60)")
    given = parser.parse_args()
    for name in given.tables or TABLES:
        print(f"\n{name}: {(TABLES[name].__doc__ or '').splitlines()[0]}")
        TABLES[name](given.rounds)


def calls(rounds: int) -> None:
    """one chat completion, 4 KB prompt, export that counts and drops"""
    variants = [
        bare("bare SDK"),
        bare("bare SDK again (A/A)"),
        floor(),
        spanwise("content off, priced and measured"),
        spanwise("content off, screened as well (default)", screen=True),
        spanwise("content on, all steps", content=True, screen=True),
        spanwise("sampled out by the SDK's sampler", sampler=ALWAYS_OFF),
    ]
    _show(measure(variants, chat(), rounds=rounds, calls=35))


def otlp(rounds: int) -> None:
    """the same with traces and metrics by OTLP/HTTP to another process"""
    with OtlpSink() as sink:
        variants = [bare("bare SDK"), bare("bare SDK again (A/A)"), *over_otlp(sink.endpoint)]
        _show(measure(variants, chat(), rounds=rounds // 2, calls=35))
        for variant in variants:
            variant.close()


def chunks(rounds: int) -> None:
    """one streamed chat completion of 200 events, read by the SDK and by the HTTP client alone; then per event"""
    variants = [bare("bare SDK"), bare("bare SDK again (A/A)"), floor(), spanwise("content off")]
    for workload, calls in ((stream(CHUNKS), 8), (raw_stream(CHUNKS), 35)):
        results = measure(variants, workload, rounds=rounds // 2, calls=calls)
        _show(results)
        for result in results:
            each, error = result.cpu / CHUNKS, result.cpu_error / CHUNKS
            print(f"  {result.name:42}{each:8.2f}{error:6.2f} µs CPU per event")


def rates(_: int) -> None:
    """spans through the pipeline, text through redaction and screening, on one core"""
    for line in throughput.lines():
        print(f"  {line}")


def size(_: int) -> None:
    """import and install, memory over 100 000 calls"""
    for line in footprint.lines():
        print(f"  {line}")


def users(_: int) -> None:
    """watching who uses too much: memory and time, for few users and for a million"""
    for line in abuse.lines():
        print(f"  {line}")


TABLES = {function.__name__: function for function in (calls, otlp, chunks, rates, size, users)}


def _show(results: Sequence[Result]) -> None:
    hand_written = next((result.cpu for result in results if "hand-written" in result.name), None)
    print(f"  {'added per call, µs':42}{'CPU':>8}{'±':>6}{'× floor':>9}{'caller p50':>12}{'p99':>9}")
    for result in results:
        ratio = f"{result.cpu / hand_written:.2f}" if hand_written else ""
        print(
            f"  {result.name:42}{result.cpu:8.1f}{result.cpu_error:6.1f}{ratio:>9}"
            f"{result.caller_p50:12.1f}{result.caller_p99:9.1f}"
        )


if __name__ == "__main__":
    main()
