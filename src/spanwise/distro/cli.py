"""The `spanwise` command: run an application, look at what it did, find out what is wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from spanwise.distro.audit_cli import add_audit
from spanwise.distro.incident.arguments import add_arguments as _add_incident
from spanwise.distro.version import VERSION

if TYPE_CHECKING:
    from spanwise.processors.redact import Redactor

__all__ = ["main"]

Command = Callable[[argparse.Namespace], int]

_LOCAL = {
    "OTEL_TRACES_EXPORTER": "spanwise",
    "OTEL_METRICS_EXPORTER": "spanwise",
    "OTEL_LOGS_EXPORTER": "spanwise",
    "OTEL_BSP_SCHEDULE_DELAY": "1000",
    "OTEL_METRIC_EXPORT_INTERVAL": "5000",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    command: Command = given.command
    try:
        return command(given)
    except BrokenPipeError:  # `spanwise traces | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("spanwise", description="Watch what your application asks of language models.")
    parser.add_argument("--version", action="version", version=f"spanwise {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="run an application, telemetry goes to the local store"))
    _add_summary(commands.add_parser("summary", help="calls, errors, latency, tokens, cost in the terminal"))
    _add_traces(commands.add_parser("traces", help="recent traces, or one of them as a tree"))
    _add_report(commands.add_parser("report", help="write a self-contained page with charts and traces"))
    _add_incident(commands.add_parser("incident", help="write a report: what changed, for whom, and what explains it"))
    _add_doctor(commands.add_parser("doctor", help="say what is instrumented, where telemetry goes, and what is wrong"))
    _add_config(commands.add_parser("config", help="show the settings in use, or their reference"))
    add_audit(commands.add_parser("audit", help="prove the audit log, report on it, export and erase a person"))
    _add_text(commands.add_parser("screen", help="say what screening finds in a text"), _screen)
    _add_text(commands.add_parser("redact", help="show a text as it would leave the process"), _redact)
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_store(parser)
    parser.add_argument("--content", action="store_true", help="put redacted prompts and completions on spans")
    parser.add_argument("application", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="e.g. -- python app.py")
    parser.set_defaults(command=_run)


def _add_summary(parser: argparse.ArgumentParser) -> None:
    _add_store(parser)
    parser.set_defaults(command=_summary)


def _add_traces(parser: argparse.ArgumentParser) -> None:
    _add_store(parser)
    parser.add_argument("trace", nargs="?", help="a trace id, or the beginning of one: show it as a tree")
    parser.add_argument("--only", choices=("errors", "flagged", "slow", "costly"), help="which traces to list")
    parser.add_argument("--limit", type=int, default=20, help="how many (default: 20)")
    parser.set_defaults(command=_traces)


def _add_report(parser: argparse.ArgumentParser) -> None:
    _add_store(parser)
    parser.add_argument("--out", type=Path, default=Path("spanwise-report.html"), help="default: spanwise-report.html")
    parser.set_defaults(command=_report)


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_doctor)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--markdown", action="store_true", help="the reference of all settings, as in the docs")
    parser.set_defaults(command=_config)


def _add_text(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.add_argument("text", nargs="?", help="the text; standard input without one")
    if command is _redact:
        places = ("input", "output", "error", "url", "log", "metric")
        parser.add_argument("--place", choices=places, default="input", help="where the text stands (default: input)")
        parser.add_argument("--reveal", action="store_true", help="turn pseudonyms back, with redact.key")
    if command is _screen:
        parser.add_argument(
            "--place", choices=("user", "system", "document", "output"), default="user", help="who said it"
        )
        parser.add_argument(
            "--allow",
            action="append",
            default=[],
            metavar="RULE|PHRASE",
            help="what does not count, beside the settings",
        )
        parser.add_argument("--canary", action="store_true", help="print a new token to plant in a system prompt")
    parser.set_defaults(command=command)


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", type=Path, help="path of the local store (default: .spanwise/telemetry.db)")


def _run(given: argparse.Namespace) -> int:
    """Replace this process by `opentelemetry-instrument` on the application."""
    application = given.application[1:] if given.application[:1] == ["--"] else given.application
    if not application:
        print("spanwise run: name the command to run, e.g. spanwise run -- python app.py", file=sys.stderr)
        return 2
    for name, value in _LOCAL.items():
        os.environ.setdefault(name, value)
    if given.store:
        os.environ["SPANWISE_STORE_PATH"] = str(given.store.absolute())
    if given.content:
        os.environ["SPANWISE_CAPTURE_CONTENT"] = "true"
    from opentelemetry.instrumentation.auto_instrumentation import run  # pyright: ignore[reportMissingTypeStubs]

    sys.argv = ["opentelemetry-instrument", *application]
    run()
    return 0


def _summary(given: argparse.Namespace) -> int:
    from spanwise.exporters.summary import summarise
    from spanwise.exporters.summary_text import render_summary

    return _show(lambda path: render_summary(summarise(path), colour=sys.stdout.isatty()), given)


def _traces(given: argparse.Namespace) -> int:
    from spanwise.exporters.tree import recent_traces, render_trace, render_traces

    colour = sys.stdout.isatty()
    if given.trace:
        return _show(lambda path: render_trace(path, given.trace, colour=colour), given)
    return _show(lambda path: render_traces(recent_traces(path, given.limit, given.only), colour=colour), given)


def _report(given: argparse.Namespace) -> int:
    from spanwise.exporters.report import write_report

    return _show(lambda path: f"Report: {write_report(path, given.out).absolute()}", given)


def _show(render: Callable[[Path], str], given: argparse.Namespace) -> int:
    """Print what `render` makes of the store, or the one line that says why there is nothing."""
    from spanwise.exporters.schema import StoreError
    from spanwise.exporters.store import store_settings

    try:
        text = render(Path(store_settings(given.store).path))
    except (StoreError, OSError) as error:
        print(f"spanwise: {error}", file=sys.stderr)
        return 1
    print(text)
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from spanwise.distro.doctor import diagnose, exit_code, render

    findings = diagnose()
    print(render(findings, colour=sys.stdout.isatty()))
    return exit_code(findings)


def _config(given: argparse.Namespace) -> int:
    from spanwise.distro.reference import markdown, show

    print(markdown() if given.markdown else show(), end="")
    return 0


def _screen(given: argparse.Namespace) -> int:
    from spanwise.core.settings import load, read_file
    from spanwise.processors.screen import ScreenSettings
    from spanwise.processors.screening import AllowList, Canaries, harm, plant, screen

    settings = load(ScreenSettings, "screen", read_file())
    if given.canary:
        print(plant(settings.canary_key))
        return 0
    text = given.text if given.text is not None else sys.stdin.read()
    allow = AllowList((*settings.allow, *given.allow))
    canaries = Canaries(settings.canaries, settings.canary_key)
    try:
        verdict = screen(text, given.place, allow=allow, canaries=canaries, model=settings.model)
    except RuntimeError as error:  # the sentence model is not installed
        print(f"spanwise screen: {error}", file=sys.stderr)
        return 2
    said = "flagged" if verdict.flagged else "not flagged"
    print(f"{said}: score {verdict.score:.2f}" + (f", {verdict.category}" if verdict.category else ""))
    for match in (*verdict.matches, *harm(text, allow=allow)):
        print(f"  {match.rule} ({match.category}) at {match.start}–{match.end}")
    return 1 if verdict.flagged else 0


def _reveal(redactor: Redactor, text: str) -> int:
    if not redactor.has_key:
        print("spanwise redact: redact.key (SPANWISE_REDACT_KEY) must be set to turn pseudonyms back", file=sys.stderr)
        return 2
    print(redactor.reveal(text))
    return 0


def _redact(given: argparse.Namespace) -> int:
    from spanwise.core.settings import read_file
    from spanwise.processors.policy import configured_redactor

    counts: dict[str, int] = {}
    redactor = configured_redactor(read_file())
    text = given.text if given.text is not None else sys.stdin.read()
    if given.reveal:
        return _reveal(redactor, text)
    try:
        print(redactor.at(given.place).text(text, counts))
    except RuntimeError as error:  # the model for names cannot read
        print(error, file=sys.stderr)
        return 2
    for kind, count in sorted(counts.items()):
        print(f"{kind}: {count}", file=sys.stderr)
    return 0
