"""Collectors with the shipped configuration, on free ports, and what their addresses stand for."""

from __future__ import annotations

import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from native.places import free_addresses, localised_copy
from native.programs import Running, running

__all__ = ["CONFIGURATIONS", "ROOT", "SHORT", "Addresses", "collector", "self_metric"]

ROOT = Path(__file__).parents[3]
CONFIGURATIONS = ROOT / "collector-config"
_PORTS = (4317, 4318, 13133, 8888, 8889)

SHORT = {
    "TAIL_DECISION_WAIT": "2s",
    "TAIL_WAIT_AFTER_ROOT": "1s",
    "MEASURE_INTERVAL": "200ms",
}
"""Shorter times than in production, for the gateway."""


@dataclass(frozen=True)
class Addresses:
    """Where one Collector listens: `127.0.0.1:port` for each port that its configuration names."""

    grpc: str
    http: str
    health: str
    telemetry: str
    derived: str

    @classmethod
    def free(cls) -> Addresses:
        """Ports where nothing listens now."""
        return cls(*free_addresses(len(_PORTS)))

    @property
    def places(self) -> dict[str, str]:
        """For `native.places.localised`."""
        own = (self.grpc, self.http, self.health, self.telemetry, self.derived)
        return {f"0.0.0.0:{port}": address for port, address in zip(_PORTS, own, strict=True)}


@contextmanager
def collector(
    folder: Path,
    name: str,
    addresses: Addresses,
    *,
    files: Sequence[str],
    peers: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    settings: Sequence[str] = (),
) -> Generator[Running]:
    """A Collector that runs while the block does; started again in the same folder, it finds its queue.

    Args:
        files: of `collector-config/`, merged in this order.
        peers: what the services of the Compose network stand for: `tempo:4317` → `127.0.0.1:21007`.
        env: variables of the configuration.
        settings: what a test needs otherwise than shipped: `exporters::kafka::timeout: 1s`.
    """
    data = folder / name
    data.mkdir(parents=True, exist_ok=True)
    places = {**(peers or {}), **addresses.places, "/var/lib/otelcol": str(data / "queue")}
    copies = [localised_copy(CONFIGURATIONS / file, data / file, places) for file in files]
    variables = {"GATEWAY_INSTANCE": name, **(env or {})}
    arguments = [f"--config={source}" for source in (*copies, *(f"yaml:{setting}" for setting in settings))]
    with running("otelcol", arguments, f"http://{addresses.health}/", folder=data, env=variables, name=name) as started:
        yield started


def self_metric(addresses: Addresses, name: str, having: str = "") -> float:
    """The sum of one of the Collector's metrics about itself, of the series that have `having` in their labels."""
    with urllib.request.urlopen(f"http://{addresses.telemetry}/metrics", timeout=5) as answer:
        lines: list[str] = answer.read().decode().splitlines()
    found = [line for line in lines if line.startswith((f"{name}{{", f"{name} ")) and having in line]
    return sum(float(line.rsplit(" ", 1)[1]) for line in found)
