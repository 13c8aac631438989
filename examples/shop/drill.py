"""`python -m shop.drill NAME --seconds N`: one thing goes wrong, to see the alert that tells of it.

Steady, harmless traffic of one feature against the local provider, with one fault in it. `calm` is the same without a
fault; `silence` is to stop it.
"""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle

from openai import OpenAI, OpenAIError

from shop import assistant
from shop.questions import about_products

__all__ = ["DRILLS", "Drill", "run"]


@dataclass(frozen=True)
class Drill:
    """What every call asks the provider for, and how many calls are made each second."""

    scenario: str = ""
    model: str = "gpt-4o-mini"
    rate: float = 4.0


DRILLS = {
    "calm": Drill(),
    "rate_limit_storm": Drill(scenario="rate_limit"),
    "price_jump": Drill(model="gpt-4o"),
    "leak": Drill(scenario="leak"),
    "latency_step": Drill(scenario="slow:12", rate=2.0),
}


def run(drill: Drill, seconds: float) -> int:
    """Make calls at the drill's rate, in threads, for so long; returns how many were begun."""
    questions = cycle(about_products(40))
    end, begun = time.monotonic() + seconds, 0
    with (
        OpenAI(max_retries=0, default_headers={"x-scenario": drill.scenario}) as client,
        ThreadPoolExecutor(32) as pool,
    ):
        ask = partial(assistant.reply, client, model=drill.model)
        while time.monotonic() < end:
            pool.submit(_asked, ask, *next(questions))
            begun += 1
            time.sleep(1 / drill.rate)
    return begun


def _asked(ask: Callable[[str, str], str], account: str, question: str) -> None:
    try:
        ask(account, question)
    except OpenAIError as error:  # that is what the drill is about
        print(type(error).__name__)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m shop.drill", description=__doc__)
    parser.add_argument("drill", choices=DRILLS)
    parser.add_argument("--seconds", type=float, default=300.0, help="default: 300")
    given = parser.parse_args()
    print(f"{run(DRILLS[given.drill], given.seconds)} calls")


if __name__ == "__main__":
    main()
