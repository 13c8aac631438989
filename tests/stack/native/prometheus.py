"""A real Prometheus beside the Collectors of a test."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from native.programs import Stack
from stack.native.collectors import CONFIGURATIONS, ROOT, Addresses

__all__ = ["Prometheus", "prometheus"]

_SHIPPED = ROOT / "grafana" / "prometheus" / "prometheus.yml"
Series = tuple[dict[str, str], float]


@dataclass(frozen=True)
class Prometheus:
    """`address` is `127.0.0.1:port`."""

    address: str

    def query(self, expression: str) -> list[Series]:
        """Labels and value of each series."""
        url = f"http://{self.address}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            found: dict[str, dict[str, list[dict[str, object]]]] = json.load(answer)
        return [_series(each) for each in found["data"]["result"]]

    def sum(self, selector: str) -> float:
        """The sum of all series that a selector finds."""
        return sum(value for _, value in self.query(f"sum({selector})"))


def _series(found: Mapping[str, object]) -> Series:
    return cast("dict[str, str]", found["metric"]), float(cast("list[str]", found["value"])[1])


@contextmanager
def prometheus(folder: Path, gateways: Sequence[Addresses]) -> Generator[Prometheus]:
    """With the shipped configuration, but the only thing that it scrapes, each second, is what gateways derive."""
    settings: dict[str, object] = yaml.safe_load(_SHIPPED.read_text(encoding="utf-8"))
    settings |= {"global": {"scrape_interval": "1s"}, "scrape_configs": [], "rule_files": [], "alerting": {}}
    given = folder / "prometheus-configuration"
    given.mkdir(parents=True)
    settings["scrape_config_files"] = ["scrape.yaml"]
    (given / "prometheus.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    targets = '", "'.join(gateway.derived for gateway in gateways)
    scrape = (CONFIGURATIONS / "scrape.yaml").read_text(encoding="utf-8")
    (given / "scrape.yaml").write_text(scrape.replace("gateway:8889", targets), encoding="utf-8")
    with Stack(folder / "prometheus", ["prometheus"], configurations={"grafana/prometheus": given}) as stack:
        yield Prometheus(stack.url("prometheus").removeprefix("http://"))
