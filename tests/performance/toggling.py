"""Measures variants in one process, swapped in block by block in random order.

Two processes of the same code differ by up to 30 µs per call, more than what is to be seen; within one process
the same blocks with and without a variant differ by what it costs.
"""

from __future__ import annotations

import gc
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter_ns, process_time_ns

from performance.variants import Variant
from performance.workload import Workload

__all__ = ["Result", "measure"]


@dataclass(frozen=True)
class Result:
    """Added by a variant to a call, in µs, against the first variant of the run."""

    name: str
    cpu: float
    cpu_error: float
    caller_p50: float
    caller_p99: float


@dataclass
class _Samples:
    cpu: list[float]
    caller: list[float]


def measure(variants: Sequence[Variant], workload: Workload, *, rounds: int, calls: int) -> list[Result]:
    """Run each variant `rounds` times for `calls` calls.

    CPU is that of all threads, work left for later included: each block ends with a flush. The caller's time is the
    wall time of single calls.
    """
    samples = {variant.name: _Samples([], []) for variant in variants}
    for variant in variants:
        _block(variant, workload, 50)
    shuffle = random.Random(7)
    for _ in range(rounds):
        for variant in shuffle.sample(variants, len(variants)):
            cpu, caller = _block(variant, workload, calls)
            samples[variant.name].cpu.append(cpu)
            samples[variant.name].caller.extend(caller)
    base = samples[variants[0].name]
    return [_result(variant.name, samples[variant.name], base) for variant in variants[1:]]


def _block(variant: Variant, workload: Workload, calls: int) -> tuple[float, list[float]]:
    variant.on()
    call = variant.wrap(workload)
    caller: list[float] = []
    gc.collect()
    started = process_time_ns()
    for _ in range(calls):
        before = perf_counter_ns()
        call()
        caller.append((perf_counter_ns() - before) / 1000)
    variant.flush()
    cpu = (process_time_ns() - started) / 1000 / calls
    variant.off()
    return cpu, caller


def _result(name: str, samples: _Samples, base: _Samples) -> Result:
    differences = [mine - bare for mine, bare in zip(samples.cpu, base.cpu, strict=True)]
    middle = statistics.median(differences)
    error = 1.2533 * statistics.stdev(differences) / len(differences) ** 0.5
    return Result(name, middle, error, *(_at(samples.caller, q) - _at(base.caller, q) for q in (0.5, 0.99)))


def _at(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=1000)[round(share * 1000) - 1]
