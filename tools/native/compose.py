"""What docker-compose.yml says of each service, as far as a program without a container needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

__all__ = ["COMPOSE", "ROOT", "Service", "interpolated", "read_services"]

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes:
        command: arguments of the image's program.
        environment: as written; see `interpolated`.
        ports: where it listens in its container. published: those that the host has under the same number.
        files: what is mounted from the repository: path there → path in the container.
        volumes: where it keeps data in its container.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ports: tuple[int, ...]
    published: tuple[int, ...]
    files: Mapping[Path, str]
    volumes: tuple[str, ...]


def read_services(path: Path = COMPOSE) -> dict[str, Service]:
    """All services of a Compose file, also those of profiles."""
    document = cast("dict[str, dict[str, dict[str, object]]]", yaml.safe_load(path.read_text(encoding="utf-8")))
    return {name: _service(name, said, path.parent) for name, said in document["services"].items()}


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """Compose's `${NAME}`, `${NAME:-default}`, `${NAME:?what to do}`.

    Raises:
        KeyError: a variable that must be set is not.
    """

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if variables.get(name):
            return variables[name]
        if kind == "-":
            return str(rest)
        raise KeyError(f"{name}: {rest or 'not set'}")

    return _VARIABLE.sub(value, text).replace("$$", "$")


def _service(name: str, said: Mapping[str, object], root: Path) -> Service:
    mounts = [mount.split(":") for mount in _texts(said.get("volumes"))]
    published = [int(port.rsplit(":", 1)[1]) for port in _texts(said.get("ports"))]
    exposed = [int(port) for port in _texts(said.get("expose"))]
    return Service(
        name=name,
        command=tuple(_texts(said.get("command"))),
        environment=cast("dict[str, str]", said.get("environment", {})),
        ports=(*published, *exposed),
        published=tuple(published),
        files={root / source: target for source, target, *_ in mounts if source.startswith(".")},
        volumes=tuple(target for source, target, *_ in mounts if not source.startswith(".")),
    )


def _texts(said: object) -> list[str]:
    return cast("list[str]", said) if isinstance(said, list) else []
