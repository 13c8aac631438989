"""The arguments of `spanwise incident`; nothing else is imported until it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and what runs."""
    parser.add_argument("--prometheus", metavar="URL", help="ask Prometheus (and --tempo) instead of the local store")
    parser.add_argument("--tempo", metavar="URL", help="ask Tempo for users and example traces")
    parser.add_argument("--alert", help="the alert's name; it also tells what to look at")
    parser.add_argument("--symptom", help="what to look at, where the alert's name does not say: failures, cost…")
    parser.add_argument("--service", help="narrow to one service.name")
    parser.add_argument("--from", dest="start", help="ISO time or a span before now, e.g. 2h; without it: searched")
    parser.add_argument("--to", dest="end", help="as --from (default: now)")
    parser.add_argument("--store", type=Path, help="path of the local store (default: .spanwise/telemetry.db)")
    parser.add_argument("--reports", type=Path, default=Path("incidents"), help="their folder (default: incidents)")
    parser.add_argument("--out", help="the report's file instead of one in the folder; - prints it")
    parser.add_argument("--json", action="store_true", help="print JSON, write no report")
    parser.set_defaults(command=_run)


def _run(given: argparse.Namespace) -> int:
    from spanwise.distro.incident.command import run

    return run(given)
