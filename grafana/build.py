"""Writes everything that is generated from the catalogue; `--check` only says what is stale.

    python grafana/build.py [--check]

A writer is a function that yields (path below this folder, text) of each file it makes. What stands in a generated
folder and no writer makes is stale too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
Writer = Callable[[], Iterator[tuple[str, str]]]


def writers() -> tuple[Writer, ...]:
    """Everything that is generated."""
    from catalogue import grafana_rules, prometheus_rules, provisioning
    from catalogue.delivery import alertmanager, grafana

    return (prometheus_rules.files, provisioning.files, grafana_rules.files, alertmanager.files, grafana.files)


GENERATED = ("provisioning", "prometheus/rules", "alertmanager")
"""Folders that hold nothing else."""


def main() -> int:
    """0 if all files are as the catalogue has them, or were written; 2 if a setting is wrong."""
    from catalogue.delivery.settings import SettingsError

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what is stale")
    check: bool = parser.parse_args().check
    try:
        made = {HERE / path: text for writer in writers() for path, text in writer()}
    except SettingsError as error:
        print(f"nothing is written: {error}", file=sys.stderr)
        return 2
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    extra = [path for folder in GENERATED for path in (HERE / folder).rglob("*") if path.is_file() and path not in made]
    if check:
        for path in (*stale, *extra):
            print(f"stale: {path.relative_to(HERE)}; run python grafana/build.py", file=sys.stderr)
        return int(bool(stale or extra))
    for path in extra:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
    print(f"{len(made)} files, {len(stale)} written, {len(extra)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
