"""The main job, from a real SDK call to an enriched trace, without any server.

Starts the local provider, runs the sample application under `spanwise run`, shows the summary, writes the report,
and compares what the telemetry says with what the provider says it served.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from shop.mishaps import UNREACHED
from shop.personal_data import RAW_VALUES
from spanwise.exporters.summary import Summary, summarise

HERE = Path(__file__).resolve().parent
STORE = Path(".spanwise/demo.db")
REPORT = Path("spanwise-report.html")
SETTINGS = {
    "OTEL_SERVICE_NAME": "shop",
    "OPENAI_API_KEY": "sk-demo",
    "ANTHROPIC_API_KEY": "sk-ant-demo",
    # only what the wire says, whatever else is installed here
    "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "openai,anthropic",
    "SPANWISE_SAMPLE_RATIO": "0.25",
    "SPANWISE_SAMPLE_SLOW": "2",
    "SPANWISE_SAMPLE_COSTLY": "0.01",
    # every call: what the judge is asked costs nothing here, whatever it would cost elsewhere
    "SPANWISE_JUDGE_SHARE": "1",
    "SPANWISE_JUDGE_RATE": "10000",
}


def main() -> int:
    """Run the demo; 0 if the telemetry agrees with the provider to the unit and holds no raw personal data."""
    for old in STORE.parent.glob(STORE.name + "*"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "provider.json")
        provider = subprocess.Popen([sys.executable, "-m", "provider", "--ready-file", str(ready)], cwd=HERE)
        try:
            addresses = _addresses(ready, provider)
            _run_application(addresses)
            ledger = json.load(urllib.request.urlopen(addresses["ledger"], timeout=10))
        finally:
            provider.terminate()
            provider.wait()
    _spanwise("summary", "--store", str(STORE))
    _spanwise("traces", "--store", str(STORE), "--only", "flagged", "--limit", "5")
    _spanwise("report", "--store", str(STORE), "--out", str(REPORT))
    return _compare(summarise(STORE), ledger) + _search(STORE)


def _addresses(ready: Path, provider: subprocess.Popen[bytes]) -> dict[str, str]:
    deadline = time.monotonic() + 20
    while not ready.exists():
        if provider.poll() is not None or time.monotonic() > deadline:
            sys.exit("the local provider did not start")
        time.sleep(0.05)
    addresses: dict[str, str] = json.loads(ready.read_text(encoding="utf-8"))
    return addresses


def _run_application(addresses: dict[str, str]) -> None:
    environment = {**os.environ, **SETTINGS, **addresses, "PYTHONPATH": str(HERE)}
    _spanwise("run", "--content", "--store", str(STORE), "--", sys.executable, "-m", "shop", env=environment)


def _spanwise(*arguments: str, env: dict[str, str] | None = None) -> None:
    subprocess.run([sys.executable, "-m", "spanwise.distro", *arguments], env=env, check=True, timeout=110)


def _compare(summary: Summary, ledger: dict[str, Any]) -> int:
    """Print both sides of each number; 1 if one differs."""
    rows = facts(summary, ledger)
    print(f"\n{'':24}{'telemetry':>12}{'provider':>12}")
    for name, (ours, theirs) in rows.items():
        print(f"{name:24}{ours:>12}{theirs:>12}{'' if ours == theirs else '   differs'}")
    return int(any(ours != theirs for ours, theirs in rows.values()))


def facts(summary: Summary, ledger: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """The numbers that both sides know, to the unit.

    The provider never sees the calls to a closed port, and cannot tell a time-out from a cancellation.
    """
    outcomes, errors, streams = summary.outcomes, ledger["errors"], ledger["streams"]
    lost = errors.get("connection", 0) + streams["broken"] + streams["failed"]
    found = {
        "calls": (summary.calls, ledger["calls"] + UNREACHED),
        "retries": (summary.retries, ledger["retries"]),
        "unavailable": (outcomes.get("unavailable", 0), errors.get("unavailable", 0) + lost + UNREACHED),
        "timeout or cancelled": (outcomes.get("timeout", 0) + outcomes.get("cancelled", 0), ledger["disconnects"]),
        "abandoned": (outcomes.get("abandoned", 0), streams["abandoned"]),
    }
    for kind in ("rate_limit", "auth", "bad_request", "not_found"):
        found[kind] = (outcomes.get(kind, 0), errors.get(kind, 0))
    for kind in ("truncated", "content_filter", "refusal", "malformed_output", "empty"):
        found[kind] = (outcomes.get(kind, 0), ledger["faults"].get(kind, 0))
    for kind, count in ledger["tokens"].items():
        reported = getattr(summary.tokens, kind) - getattr(summary.estimated_tokens, kind)
        found[f"{kind} tokens"] = (reported, count)
    judged = max(judgement.judged for judgement in summary.judgements)
    found["judged"] = (judged, ledger["auxiliary"].get("completions", 0))
    return found


def _search(store: Path) -> int:
    """1 if a value of the traffic's personal data stands in the store."""
    data = b"".join(path.read_bytes() for path in store.parent.glob(store.name + "*"))
    found = [value for value in RAW_VALUES if value.encode() in data]
    print(f"\nraw personal data in the store: {len(found)} of {len(RAW_VALUES)} values")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
