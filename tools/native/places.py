"""Free ports, and the shipped configuration files with addresses and folders of this machine in them."""

from __future__ import annotations

import random
import re
import shutil
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

__all__ = ["free_address", "free_addresses", "is_free", "localised", "localised_copy"]

# below what the system hands out for outgoing connections
_PORTS = range(20_000, 32_000)
_ADDRESS = re.compile(
    # alone, or the default of a variable: ${env:PLACE:-tempo:4317}
    r"""(?:(?<![\w.-])|(?<=:-))(?P<host>[a-zA-Z\d][\w.-]*)"""
    r"""(?P<between>["']?(?::|,?\s+\w*port:\s*))"""
    r"""(?P<port>\d+)\b"""
)
_TEXTS = {".yml", ".yaml", ".json", ".tmpl"}


def free_address() -> str:
    """`127.0.0.1:port` where nothing listens now."""
    return free_addresses(1)[0]


def free_addresses(count: int) -> list[str]:
    """As many different ones."""
    with ExitStack() as held:
        return [_bound(held.enter_context(socket.socket())) for _ in range(count)]


def is_free(port: int) -> bool:
    """Whether a program could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _bound(probe: socket.socket) -> str:
    while True:
        address = ("127.0.0.1", random.choice(_PORTS))
        try:
            probe.bind(address)
        except OSError:
            continue
        return f"{address[0]}:{address[1]}"


def localised(text: str, places: Mapping[str, str]) -> str:
    """A configuration of the Compose network for this machine.

    `places` says what stands for what: `prometheus:9090` or `0.0.0.0:4317` → `127.0.0.1:21007`, also where host and
    port are two settings (`host: 0.0.0.0, port: 8888`); `/var/tempo` → a folder, also as the start of a path.
    """

    def here(found: re.Match[str]) -> str:
        place = places.get(f"{found['host']}:{found['port']}")
        if place is None:
            return found[0]
        host, port = place.split(":")
        return host + found["between"] + port

    return _ADDRESS.sub(here, _with_folders(text, places))


def _with_folders(text: str, places: Mapping[str, str]) -> str:
    paths = sorted((place for place in places if place.startswith("/")), key=len, reverse=True)
    if not paths:
        return text
    alternatives = "|".join(map(re.escape, paths))
    return re.sub(rf"(?<![\w./-])(?:{alternatives})(?![\w.-])", lambda found: places[found[0]], text)


def localised_copy(source: Path, target: Path, places: Mapping[str, str]) -> Path:
    """Copy a file, or a folder of files, of configuration; every text in it is `localised`."""
    if source.is_dir():
        for path in source.iterdir():
            localised_copy(path, target / path.name, places)
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in _TEXTS:
        target.write_text(localised(source.read_text(encoding="utf-8"), places), encoding="utf-8")
    else:
        shutil.copyfile(source, target)
    return target
