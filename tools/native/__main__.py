"""`python -m native build [names]`: build the programs, and say how long each took."""

from __future__ import annotations

import argparse
import sys
import time

from native.build import PROGRAMS, BuildFailed, binary


def main() -> int:
    """0, or 1 if a program cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m native", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    build = commands.add_parser("build", help="build what is missing")
    build.add_argument("names", nargs="*", choices=[[], *PROGRAMS], metavar="name", help=", ".join(PROGRAMS))
    arguments = parser.parse_args()
    try:
        return _build(arguments.names or list(PROGRAMS))
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def _build(names: list[str]) -> int:
    for name in names:
        started = time.monotonic()
        path = binary(name)
        print(f"{name:13}{time.monotonic() - started:7.1f} s  {path}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
