"""How much one core gets through the pipeline, the redactor and the pattern tiers of screening."""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import process_time

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from performance.variants import CountingExporter
from spanwise.distro.install import install
from spanwise.processors.redact import Redactor
from spanwise.processors.screening import screen

__all__ = ["lines"]

_PROSE = (
    "The parcel that you sent us last week arrived in good order, but the invoice names another street than the "
    "one we moved to, so please correct it before the end of the month and send a copy to our accountants. "
)
_PERSONAL = "Write to grace.miller@example.org or call +1 415 555 2671; my card is 4539 1488 0343 6467. "
_SECONDS = 1.0
_NEW = 20
"""Texts of 10 KB that are timed at once."""


def lines() -> Iterator[str]:
    """One line per rate."""
    redactor = Redactor()
    modules = _modules()
    kinds = {"code": _pieces(modules), "documentation": _pieces(map(_documentation, modules))}
    for name, texts in kinds.items():
        first, second = texts[:_NEW], texts[_NEW : 2 * _NEW]
        rates = (_rate(redactor, some) for some in (first, second, second))
        told = ", ".join(
            f"{when} {rate:.1f}" for when, rate in zip(("first 200 KB", "next", "these again"), rates, strict=True)
        )
        yield f"redaction, {name} of the standard library in texts of 10 KB: {told} MB/s"
    for name, text in (("prose", _PROSE * 20), ("with findings", (_PROSE * 9 + _PERSONAL) * 2)):
        rate = _megabytes(lambda text: redactor.text(text, {}), text)
        yield f"redaction, {len(text) / 1000:.1f} KB of {name}: {rate:.1f} MB/s"
    yield f"screening, {len(_PROSE * 20) / 1000:.1f} KB of prose: {_megabytes(screen, _PROSE * 20):.1f} MB/s"
    bare, ours = _spans(None), _spans(install)
    yield f"pipeline: {ours:,.0f} ordinary spans/s, the SDK alone {bare:,.0f} ({ours / bare:.2f} ×)"


def _modules() -> list[str]:
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    return [file.read_text(encoding="utf-8", errors="replace") for file in files]


def _documentation(module: str) -> str:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = (node for node in ast.walk(ast.parse(module)) if isinstance(node, documented))
    return "\n".join(filter(None, map(ast.get_docstring, nodes)))


def _pieces(texts: Iterable[str]) -> list[str]:
    text = "\n".join(texts)
    return [text[start : start + 10_000] for start in range(0, len(text), 10_000)]


def _rate(redactor: Redactor, texts: Sequence[str]) -> float:
    started = process_time()
    for text in texts:
        redactor.text(text, {})
    return sum(map(len, texts)) / 1e6 / (process_time() - started)


def _megabytes(work: Callable[[str], object], text: str) -> float:
    work(text)
    count, started = 0, process_time()
    while process_time() - started < _SECONDS:
        for _ in range(20):
            work(text)
        count += 20
    return count * len(text.encode()) / 1e6 / (process_time() - started)


def _spans(prepare: Callable[[TracerProvider], object] | None) -> float:
    provider = TracerProvider(shutdown_on_exit=False)
    exporter = CountingExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    if prepare is not None:
        prepare(provider)
    tracer, started = provider.get_tracer("rate"), process_time()
    attributes = {f"app.attribute.{n}": f"value {n}" for n in range(12)}
    for _ in range(20_000):
        with tracer.start_as_current_span("GET /orders", attributes=attributes):
            pass
    provider.force_flush()
    return exporter.count / (process_time() - started)
