"""`python -m native` starts the stack and shows it with traffic; `python -m native build [names]` only builds."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from native.build import PROGRAMS, BuildFailed, binary
from native.programs import SERVICES, Stack, StartFailed
from native.webhook import Delivery, sentence


def main() -> int:
    """0, or 1 if a program cannot be built, does not start or ends by itself."""
    arguments = _parser().parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell has what runs in its background ignore the first
        signal.signal(number, signal.default_int_handler)
    try:
        if arguments.command == "build":
            return _build(arguments.names or list(PROGRAMS))
        return _show(arguments.folder)
    except (BuildFailed, StartFailed) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m native", description=__doc__)
    parser.add_argument("--folder", type=Path, help="for data and logs, to keep them (default: one that is removed)")
    build = parser.add_subparsers(dest="command").add_parser(
        "build", help="build what is missing, say how long it took"
    )
    build.add_argument("names", nargs="*", type=_name, metavar="name", help=", ".join(PROGRAMS))
    return parser


def _name(given: str) -> str:
    if given not in PROGRAMS:
        raise argparse.ArgumentTypeError(f"{given}: there are {', '.join(PROGRAMS)}")
    return given


def _build(names: list[str]) -> int:
    for name in names:
        started = time.monotonic()
        path = binary(name)
        print(f"{name:13}{time.monotonic() - started:7.1f} s  {path}", flush=True)
    return 0


def _show(folder: Path | None) -> int:
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="spanwise-stack-", ignore_cleanup_errors=True) as temporary:
            return _show(Path(temporary))
    started = time.monotonic()
    with Stack(folder, [*SERVICES, "demo"], published=True, on_delivery=_tell) as stack:
        print(_table(stack, time.monotonic() - started), flush=True)
        try:
            return _wait_for_an_end(stack)
        finally:
            print("\nstopping, which takes Tempo some seconds", flush=True)


def _tell(delivery: Delivery) -> None:
    receiver = str(delivery.body.get("receiver", ""))
    for line in sentence(delivery).splitlines():
        print(f"{time.strftime('%H:%M:%S')}  {receiver:8}{line}", flush=True)


def _table(stack: Stack, seconds: float) -> str:
    rows = {
        "OTLP/HTTP": (stack.otlp_url, "OTEL_EXPORTER_OTLP_ENDPOINT of your application"),
        "OTLP/gRPC": (stack.url("agent", 4317), ""),
        "Prometheus": (stack.url("prometheus"), "API only"),
        "Alertmanager": (stack.url("alertmanager"), "alerts that fire, silences"),
        "Tempo": (stack.url("tempo"), "API only"),
        "Grafana": (stack.url("grafana"), f"API only; admin, {stack.grafana_password}"),
        "logs": (str(stack.folder), ""),
    }
    lines = [f"  {name:14}{place:32}{remark}".rstrip() for name, (place, remark) in rows.items()]
    return "\n".join(
        [
            f"Ready after {seconds:.1f} s, with an application `shop` that is busy:",
            "",
            *lines,
            "",
            "Built from their Go modules, Prometheus and Grafana have no user interface. To look at the dashboards,",
            "use docker compose, or point a Grafana of yours at these addresses: docs/stack.md.",
            "",
            "Alerts, as they reach the webhook (Ctrl-C stops everything):",
        ]
    )


def _wait_for_an_end(stack: Stack) -> int:
    while True:
        for program in stack.programs.values():
            if (status := program.process.poll()) is not None:
                print(f"{program.name} ended with status {status}:\n{program.log_tail()}", file=sys.stderr)
                return 1
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
