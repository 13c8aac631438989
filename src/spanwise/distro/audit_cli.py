"""`spanwise audit`: prove the log, report on it, and answer the persons it is about."""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spanwise.exporters.audit.settings import AuditSettings
    from spanwise.exporters.audit.subjects import Identity
    from spanwise.exporters.audit.verification import Verification

__all__ = ["add_audit"]

_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d{1,6})?)?)?Z?)?)?)?", re.ASCII)
_KINDS = ("user", "session", "conversation", "day")

Action = Callable[[argparse.Namespace, "AuditSettings"], int]


def add_audit(parser: argparse.ArgumentParser) -> None:
    """Add the commands to the parser of `spanwise audit`."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands.add_parser("init", help="make the folders and the keys, and show the public key"), _init)
    _add_verify(commands.add_parser("verify", help="prove that nothing was changed; exit code 1 where something was"))
    _add_report(commands.add_parser("report", help="who called what, when, under which policy, as Markdown or JSON"))
    _add_export(commands.add_parser("export", help="all records about a person, content decrypted, as JSON lines"))
    _add_erase(commands.add_parser("erase", help="destroy the key of a person; their records stay, about nobody"))
    _add(commands.add_parser("retain", help="remove the records that are older than their retention class"), _retain)
    _add(commands.add_parser("checkpoint", help="sign now, and print the checkpoint to keep elsewhere"), _checkpoint)


def _add(parser: argparse.ArgumentParser, action: Action) -> None:
    parser.add_argument("--log", help="folder of the log (default: SPANWISE_AUDIT_PATH)")
    parser.add_argument("--keys", help="folder of the keys (default: beside the log)")
    parser.set_defaults(command=partial(_run, action))


def _add_verify(parser: argparse.ArgumentParser) -> None:
    _add(parser, _verify)
    parser.add_argument("--public-key", type=Path, action="append", default=[], help="a key to trust; may be repeated")
    parser.add_argument("--checkpoints", type=Path, help="checkpoints that were kept elsewhere, one a line")
    parser.add_argument("--json", action="store_true", help="for machines")


def _add_report(parser: argparse.ArgumentParser) -> None:
    _add(parser, _report)
    parser.add_argument("--since", type=_moment, help="a time such as 2026-11-01, included")
    parser.add_argument("--until", type=_moment, help="a time such as 2026-12-01, not included")
    parser.add_argument("--json", action="store_true", help="for machines")


def _moment(text: str) -> str:
    """RFC 3339 in UTC or the beginning of it; without its Z, so that it compares with what is longer."""
    if _MOMENT.fullmatch(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time in UTC: 2026-11, 2026-11-01 and 2026-11-01T14:30 are")
    return text.removesuffix("Z")


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add(parser, _export)
    _add_subject(parser)


def _add_erase(parser: argparse.ArgumentParser) -> None:
    _add(parser, _erase)
    _add_subject(parser)
    parser.add_argument("--reason", default="", help="goes on record; must not name the person")


def _add_subject(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subject", required=True, metavar="ID", help="the id that the application uses; - reads it")
    parser.add_argument("--kind", choices=_KINDS, default="user", help="what the id is of (default: user)")


def _run(action: Action, given: argparse.Namespace) -> int:
    """One clear line where it does not work; exit code 2."""
    from spanwise.exporters.audit.settings import AuditError

    try:
        return action(given, _settings(given))
    except ModuleNotFoundError as error:
        print(f"spanwise: {error.name} is missing: pip install 'spanwise[audit]'", file=sys.stderr)
    except BrokenPipeError:
        raise
    except (AuditError, OSError, sqlite3.Error) as error:
        print(f"spanwise: {error}", file=sys.stderr)
    return 2


def _settings(given: argparse.Namespace) -> AuditSettings:
    from spanwise.core.settings import load, read_file
    from spanwise.exporters.audit.settings import AuditSettings

    settings = load(AuditSettings, "audit", read_file())
    return replace(settings, path=given.log or settings.path, keys=given.keys or (None if given.log else settings.keys))


def _init(_: argparse.Namespace, settings: AuditSettings) -> int:
    from spanwise.exporters.audit.chain import Chain
    from spanwise.exporters.audit.signing import PUBLIC_KEY_FILE

    chain = Chain(settings)
    with chain.turn() as turn:
        print(f"log   {chain.folders.log}\nkeys  {chain.folders.keys}")
        print(f"public key {turn.head.key}, for those who verify: {chain.folders.keys / PUBLIC_KEY_FILE}")
    return 0


def _verify(given: argparse.Namespace, settings: AuditSettings) -> int:
    from spanwise.exporters.audit.settings import folders
    from spanwise.exporters.audit.verification import render_verification
    from spanwise.exporters.audit.verify import verify

    found = verify(*folders(settings), given.public_key, given.checkpoints)
    print(json.dumps(found.as_json(), indent=1) if given.json else render_verification(found))
    return 0 if found.ok else 1


def _report(given: argparse.Namespace, settings: AuditSettings) -> int:
    from spanwise.exporters.audit.report import audit_report, render_report
    from spanwise.exporters.audit.settings import folders

    report = audit_report(folders(settings).log, given.since or "", given.until or "", _proof(settings))
    print(json.dumps(report.as_json(), indent=1) if given.json else render_report(report))
    return 0


def _proof(settings: AuditSettings) -> Verification:
    from spanwise.exporters.audit.settings import folders
    from spanwise.exporters.audit.verify import verify

    return verify(*folders(settings))


def _export(given: argparse.Namespace, settings: AuditSettings) -> int:
    from spanwise.exporters.audit.subject_access import export

    for record in export(settings, _identity(given)):
        print(json.dumps(record, ensure_ascii=False))
    return 0


def _erase(given: argparse.Namespace, settings: AuditSettings) -> int:
    from spanwise.exporters.audit.subject_access import erase

    erased = erase(settings, _identity(given), given.reason)
    print(f"erased: {erased.subject}, key {erased.key} is destroyed\nrecord {erased.record}, hash {erased.hash}")
    return 0


def _identity(given: argparse.Namespace) -> Identity:
    from spanwise.exporters.audit.subjects import Identity

    return Identity(given.kind, sys.stdin.readline().rstrip("\n") if given.subject == "-" else given.subject)


def _retain(_: argparse.Namespace, settings: AuditSettings) -> int:
    from spanwise.exporters.audit.retention import retain

    _insist_on_retention()
    retained = retain(settings)
    removed = ", ".join(f"{name or settings.default_class} {count}" for name, count in sorted(retained.records.items()))
    print(f"removed {retained.records.total()} records{f' ({removed})' if removed else ''}", end="")
    print(f" from {retained.segments} files, and the keys of {retained.subjects} persons")
    return 0


def _insist_on_retention() -> None:
    """What is removed does not come back: no default steps in for days that were set and cannot be read."""
    from spanwise.core.settings import load_with_origins, read_file
    from spanwise.exporters.audit.settings import AuditError, AuditSettings

    file = read_file()
    _, origins = load_with_origins(AuditSettings, "audit", file)
    given = "environment" if os.environ.get("SPANWISE_AUDIT_RETENTION", "").strip() else "file"
    if origins["retention"] != given and (given == "environment" or "retention" in file.get("audit", {})):
        raise AuditError("nothing is removed while the retention that is set cannot be read")


def _checkpoint(_: argparse.Namespace, settings: AuditSettings) -> int:
    from spanwise.exporters.audit.chain import Chain

    with Chain.existing(settings).turn() as turn:
        print(turn.sign().line().decode("ascii"), end="")
    return 0
