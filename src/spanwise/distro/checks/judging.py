"""The judge: whom it would ask, at which price, whether anybody answers there. Nothing is asked: that costs money."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from spanwise.core.inference import Usage
from spanwise.core.settings import load
from spanwise.distro.checks.finding import Finding, Setup
from spanwise.distro.checks.wire import connection_error
from spanwise.processors.judge.settings import JudgeSettings
from spanwise.processors.price import PriceSettings, PriceTable

__all__ = ["check_judge"]

_TOPIC = "judge"


def check_judge(setup: Setup) -> Iterator[Finding]:
    """Whether the model has a price and its server answers, where a share of the calls is to be judged."""
    settings = load(JudgeSettings, "judge", setup.settings_file, setup.environ)
    if not settings.share:
        return
    if settings.hindrance:
        yield Finding(_TOPIC, "failure", f"nothing is judged: {settings.hindrance}", "see docs/judging.md")
        return
    yield Finding(
        _TOPIC,
        "ok",
        f"{settings.share:.3g} of the traces are judged by {settings.model} at {settings.host}, redacted, for at most "
        f"${settings.budget:.2f} a day in each process",
    )
    prices = PriceTable(load(PriceSettings, "price", setup.settings_file, setup.environ))
    cost = prices.price(settings.provider, settings.model, Usage(1_000, 100), at_ns=time.time_ns())
    if isinstance(cost, str):
        text = f"{settings.model} has no known price at {settings.provider} ({cost}), so nothing is judged"
        yield Finding(_TOPIC, "failure", text, "give it one, which may be 0, in the file of SPANWISE_PRICE_OVERRIDES")
    address = urlsplit(settings.url)
    port = address.port or (443 if address.scheme == "https" else 80)
    if reason := connection_error(address.hostname or "", port):
        yield Finding(_TOPIC, "failure", f"nothing is judged: {reason}", "SPANWISE_JUDGE_URL=<where the model is>")
