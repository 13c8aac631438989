"""Keeps an application busy: `python -m native.traffic` runs the shop's day again and again, against a local provider.

The shop runs under `opentelemetry-instrument`, unchanged; where it reports to is in the environment. With SHOP_DRILL,
a name of `shop.drill.DRILLS`, one thing goes wrong in it all the time.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from provider import LocalProvider, Settings

__all__: list[str] = []

# models answer so many times faster than in reality
_SPEED = 2.0
_PAUSE = 5.0


def main() -> int:
    """Run the shop until stopped; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m native.traffic", description=__doc__)
    parser.add_argument("--shop", action="store_true", help="only the shop, without the provider")
    if parser.parse_args().shop:
        _work()
    signal.signal(signal.SIGTERM, _leave)
    with LocalProvider(Settings(speed=_SPEED)) as provider:
        urls = {
            "OPENAI_BASE_URL": provider.openai_base_url,
            "ANTHROPIC_BASE_URL": provider.anthropic_base_url,
            "SPANWISE_JUDGE_URL": provider.judge_url,
        }
        instrument = str(Path(sys.executable).with_name("opentelemetry-instrument"))
        shop = [instrument, sys.executable, "-m", "native.traffic", "--shop"]
        with subprocess.Popen(shop, env={**os.environ, **urls}) as process:
            try:
                return process.wait()
            finally:
                process.terminate()


def _leave(signum: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _work() -> None:
    if name := os.environ.get("SHOP_DRILL"):
        _drill(name)
    from shop.day import run

    while True:
        print(run(), flush=True)
        time.sleep(_PAUSE)


def _drill(name: str) -> None:
    from shop.drill import DRILLS, run

    if name not in DRILLS:
        sys.exit(f"SHOP_DRILL={name}: there are {', '.join(DRILLS)}")
    run(DRILLS[name], math.inf)


if __name__ == "__main__":
    sys.exit(main())
