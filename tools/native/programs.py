"""The stack of docker-compose.yml as programs of this machine: the same commands, variables and files.

Only addresses and folders are replaced: every service listens on free ports of 127.0.0.1, and what it writes goes
into one folder.

    with Stack(tmp_path, ["tempo", "prometheus"]) as stack:
        stack.url("prometheus")

A program alone, with any configuration: `running`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from native.build import binary
from native.compose import ROOT, Service, interpolated, read_services
from native.places import free_addresses, is_free, localised, localised_copy
from native.process import Running, StartFailed, running, start
from native.webhook import Delivery, WebhookReceiver

__all__ = ["SERVICES", "Running", "Stack", "StartFailed", "running"]

_OWN_HOSTS = ("0.0.0.0", "127.0.0.1", "localhost")
# the database is made by two of its services at once now and then
_GRAFANA_FLAKE = "UNIQUE constraint failed: org.id"


@dataclass(frozen=True)
class _Program:
    """What an image knows and the Compose file does not say: its program, where it answers when it is ready."""

    binary: str
    port: int
    ready: str


_PROGRAMS = {
    "tempo": _Program("tempo", 3200, "/ready"),
    "prometheus": _Program("prometheus", 9090, "/-/ready"),
    "alertmanager": _Program("alertmanager", 9093, "/-/ready"),
    "gateway": _Program("otelcol", 13133, "/"),
    "agent": _Program("otelcol", 13133, "/"),
    "grafana": _Program("grafana", 3000, "/api/health"),
}
SERVICES = tuple(_PROGRAMS)
"""In the order in which they start. Beside them there is `demo`: an application with traffic."""


class Stack:
    """Runs services while the block does, and a webhook receiver in place of `webhook`.

    Services that are left out keep their addresses, where nobody answers then.

    Args:
        folder: for configurations, data and logs (`<service>.log`).
        services: which of `SERVICES`, and `demo`.
        configurations: what is mounted in place of a file or folder of the repository: its path there → path.
        environment: variables beside those of the Compose file, for every service.
        on_delivery: called with each alert that arrives.
        published: take the ports that the Compose file publishes, where they are free.
    """

    def __init__(
        self,
        folder: Path,
        services: Iterable[str] = SERVICES,
        *,
        configurations: Mapping[str, Path] | None = None,
        environment: Mapping[str, str] | None = None,
        on_delivery: Callable[[Delivery], None] | None = None,
        published: bool = False,
    ) -> None:
        self.folder = folder.resolve()
        self.grafana_password = os.environ.get("GRAFANA_ADMIN_PASSWORD") or secrets.token_urlsafe(12)
        wanted = set(services)
        self._wanted = [name for name in (*SERVICES, "demo") if name in wanted]
        self._configurations = {ROOT / path: given for path, given in (configurations or {}).items()}
        self._environment = environment or {}
        self._services = read_services()
        self._addresses = _addresses(self._services, published)
        self.webhook = WebhookReceiver(on_delivery, self._addresses["webhook:9080"])
        self._running: dict[str, Running] = {}

    def __enter__(self) -> Stack:
        self.webhook.__enter__()
        try:
            for name in self._wanted:
                self.start(name)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in reversed(list(self._running)):
            self.stop(name)
        self.webhook.__exit__(kind, error, trace)

    def url(self, service: str, port: int | None = None) -> str:
        """`http://127.0.0.1:…`; `port` is the one in the container, else where the service says whether it is ready."""
        return f"http://{self._addresses[f'{service}:{port or _PROGRAMS[service].port}']}"

    @property
    def otlp_url(self) -> str:
        """Where applications send OTLP over HTTP: the agent."""
        return self.url("agent", 4318)

    @property
    def programs(self) -> Mapping[str, Running]:
        """What runs now."""
        return self._running

    def start(self, service: str) -> Running:
        """Start a service that does not run, on the addresses and the data that it had before.

        Raises:
            StartFailed: with the last lines of its log.
        """
        try:
            started = self._start(service)
        except StartFailed as failure:
            if _GRAFANA_FLAKE not in str(failure):
                raise
            shutil.rmtree(self.folder / service)
            started = self._start(service)
        self._running[service] = started
        return started

    def stop(self, service: str) -> int:
        """Stop a service; its exit status."""
        return self._running.pop(service).stop()

    def places(self, service: str) -> dict[str, str]:
        """What stands for the addresses and folders of a service's configuration: see `native.places.localised`."""
        said, own = self._services[service], self.folder / service
        places = {f"localhost:{port}": self._addresses[f"{name}:{port}"] for name, port in self._published()}
        places |= self._addresses
        places |= {f"{host}:{port}": self._addresses[f"{service}:{port}"] for host in _OWN_HOSTS for port in said.ports}
        places |= {target: str(own / "data") for target in said.volumes}
        return places | {target: str(own / Path(target).name) for target in said.files.values()}

    def variables(self, service: str) -> dict[str, str]:
        """The environment that the Compose file gives a service, for this machine."""
        given = {**os.environ, "GRAFANA_ADMIN_PASSWORD": self.grafana_password}
        said, places = self._services[service].environment, self.places(service)
        return {name: localised(interpolated(text, given), places) for name, text in said.items()}

    def _published(self) -> list[tuple[str, int]]:
        return [(said.name, port) for said in self._services.values() for port in said.published]

    def _start(self, service: str) -> Running:
        said, places = self._services[service], self.places(service)
        self._lay_out(said, places)
        program = _PROGRAMS.get(service)
        return start(
            [*self._image_command(service), *(localised(argument, places) for argument in _arguments(said))],
            self.url(service) + program.ready if program else None,
            folder=self.folder,
            name=service,
            env=self._image_variables(service) | self.variables(service) | dict(self._environment),
        )

    def _lay_out(self, said: Service, places: Mapping[str, str]) -> None:
        for source, target in said.files.items():
            localised_copy(self._configurations.get(source, source), Path(places[target]), places)
        for target in said.volumes:
            Path(places[target]).mkdir(parents=True, exist_ok=True)

    def _image_command(self, service: str) -> Sequence[str | Path]:
        """What the image starts before the arguments of the Compose file."""
        if service == "demo":
            return [sys.executable]
        program = binary(_PROGRAMS[service].binary)
        return [program, "server", "--homepath", program.parent / "home"] if service == "grafana" else [program]

    def _image_variables(self, service: str) -> dict[str, str]:
        """The variables that the image sets, for this machine."""
        if service == "demo":
            return {"PYTHONPATH": f"{ROOT / 'examples'}:{ROOT / 'tools'}"}
        return self._grafana_variables() if service == "grafana" else {}

    def _grafana_variables(self) -> dict[str, str]:
        own, address = self.folder / "grafana", self._addresses["grafana:3000"]
        folders = {"DATA": "data", "LOGS": "logs", "PLUGINS": "plugins", "PROVISIONING": "provisioning"}
        return {f"GF_PATHS_{name}": str(own / folder) for name, folder in folders.items()} | {
            "GF_SERVER_HTTP_ADDR": address.split(":")[0],
            "GF_SERVER_HTTP_PORT": address.split(":")[1],
            # this old one sends by its built-in policy until it has read the provisioned one for the first time
            "GF_UNIFIED_ALERTING_ALERTMANAGER_CONFIG_POLL_INTERVAL": "2s",
        }


def _arguments(said: Service) -> Sequence[str]:
    return said.command[1:] if said.command[:1] == ("python",) else said.command


def _addresses(services: Mapping[str, Service], published: bool) -> dict[str, str]:
    """`service:port` → an address of this machine, for every port of every service."""
    names = [f"{service.name}:{port}" for service in services.values() for port in service.ports]
    addresses = dict(zip(names, free_addresses(len(names)), strict=True))
    if published:
        wanted = {f"{service.name}:{port}": port for service in services.values() for port in service.published}
        addresses |= {name: f"127.0.0.1:{port}" for name, port in wanted.items() if is_free(port)}
    return addresses
