"""Free ports, and the shipped configuration files with addresses and folders of this machine in them."""

from __future__ import annotations

import random
import re
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

__all__ = ["free_address", "localised", "localised_copy"]

# below what the system hands out for outgoing connections
_PORTS = range(20_000, 32_000)
_ADDRESS = re.compile(
    r"""(?<![\w.-])(?P<host>[a-zA-Z\d][\w.-]*)"""
    r"""(?P<between>["']?(?::|,?\s+\w*port:\s*))"""
    r"""(?P<port>\d+)\b"""
)
_TEXT = {".yml", ".yaml", ".json", ".tmpl"}


def free_address() -> str:
    """`127.0.0.1:port` where nothing listens now."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return f"127.0.0.1:{port}"


def localised(text: str, places: Mapping[str, str]) -> str:
    """A configuration of the Compose network for this machine.

    `places` says what stands for what: `prometheus:9090` or `0.0.0.0:4317` → `127.0.0.1:21007`, also where host and
    port are two settings (`host: 0.0.0.0, port: 8888`); `/var/lib/tempo` → a folder.
    """
    for path, here in places.items():
        if path.startswith("/"):
            text = text.replace(path, here)

    def replaced(found: re.Match[str]) -> str:
        here = places.get(f"{found['host']}:{found['port']}")
        if here is None:
            return found[0]
        host, port = here.split(":")
        return host + found["between"] + port

    return _ADDRESS.sub(replaced, text)


def localised_copy(source: Path, target: Path, places: Mapping[str, str]) -> Path:
    """Copy a file or a folder of configuration; every text in it is `localised`."""
    if source.is_dir():
        for path in source.iterdir():
            localised_copy(path, target / path.name, places)
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in _TEXT:
        target.write_text(localised(source.read_text(encoding="utf-8"), places), encoding="utf-8")
    else:
        shutil.copyfile(source, target)
    return target
