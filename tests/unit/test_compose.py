"""What docker-compose.yml promises, held without a Docker engine; and how its addresses become this machine's."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
import yaml

from native.compose import COMPOSE, ROOT, interpolated, read_services
from native.places import free_addresses, is_free, localised, localised_copy
from native.programs import SERVICES, Stack

Description = Mapping[str, object]
_PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?")
_ADDRESS = re.compile(r"(?:(?<![\w.-])|(?<=:-))([a-z][a-z\d-]*):(\d{4,5})\b")
_URL = re.compile(r"\w+://([a-z][\w.-]*)(?::\d+)?")
_OUTSIDE = re.compile(r"localhost|.*\.(com|io|org|net|dev)")
_DOCUMENT = cast("dict[str, dict[str, Description]]", yaml.safe_load(COMPOSE.read_text(encoding="utf-8")))
_SERVICES = _DOCUMENT["services"]
_LONG_RUNNING = [name for name in _SERVICES if name != "queue-owner"]
_READ = read_services()

each_service = pytest.mark.parametrize("name", _SERVICES)
each_long_running = pytest.mark.parametrize("name", _LONG_RUNNING)


def _list(name: str, key: str) -> list[str]:
    return cast("list[str]", _SERVICES[name].get(key, []))


@each_service
def test_image_is_pinned_to_a_version_or_built_here(name: str) -> None:
    service = _SERVICES[name]
    if "build" in service:
        build = cast("dict[str, str]", service["build"])
        assert (ROOT / build["context"] / build["dockerfile"]).is_file()
    else:
        assert _PINNED.fullmatch(str(service["image"]))


def test_base_image_of_the_demo_names_its_version() -> None:
    base = re.findall(r"^FROM (\S+)", (ROOT / "examples" / "Dockerfile").read_text(), re.MULTILINE)
    assert base and all(re.fullmatch(r"\w+:\d+\.\d+\S*", image) for image in base)


@each_service
def test_port_is_published_on_the_loopback_interface_alone(name: str) -> None:
    assert all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port) for port in _list(name, "ports"))
    assert _SERVICES[name].get("network_mode") in (None, "none")


@each_service
def test_container_can_gain_no_privileges(name: str) -> None:
    service = _SERVICES[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert "privileged" not in service
    assert service.get("cap_add", []) == (["CHOWN"] if name == "queue-owner" else [])


@each_service
def test_memory_is_limited(name: str) -> None:
    assert re.fullmatch(r"\d+[mg]", str(_SERVICES[name]["mem_limit"]))


@each_long_running
def test_log_is_rotated_and_service_comes_back(name: str) -> None:
    logging = cast("dict[str, dict[str, str]]", _SERVICES[name]["logging"])
    assert {"max-size", "max-file"} <= set(logging["options"])
    assert _SERVICES[name]["restart"] == "unless-stopped"


@each_service
def test_mounted_file_is_in_the_repository_and_read_only(name: str) -> None:
    for mount in _list(name, "volumes"):
        source, _, mode = (mount + ":").split(":")[:3]
        if source.startswith("."):
            assert (ROOT / source).exists(), f"{source} is not there"
            assert mode == "ro"
        else:
            assert source in _DOCUMENT["volumes"]


@each_service
def test_depends_only_on_services_and_on_checks_that_they_have(name: str) -> None:
    dependencies = cast("dict[str, dict[str, str]]", _SERVICES[name].get("depends_on", {}))
    for other, said in dependencies.items():
        assert other in _SERVICES
        assert said["condition"] != "service_healthy" or "healthcheck" in _SERVICES[other]


@each_service
def test_address_in_a_mounted_file_or_a_variable_is_a_service_that_listens_there(name: str) -> None:
    known = {f"{service.name}:{port}" for service in _READ.values() for port in service.ports}
    found = {f"{host}:{port}" for text in _texts(name) for host, port in _ADDRESS.findall(text) if host != "localhost"}
    assert found <= known


@each_service
def test_host_in_a_mounted_url_is_a_service_or_outside(name: str) -> None:
    hosts = {host for text in _texts(name) for host in _URL.findall(text)}
    assert {host for host in hosts if not _OUTSIDE.fullmatch(host)} <= set(_SERVICES)


def test_published_and_demo_addresses_are_found_by_these_checks() -> None:
    assert "agent:4318" in {":".join(found) for text in _texts("demo") for found in _ADDRESS.findall(text)}
    assert "prometheus" in {host for text in _texts("tempo") for host in _URL.findall(text)}


def test_admin_password_has_no_default_and_nobody_is_let_in_without() -> None:
    grafana = _READ["grafana"].environment
    with pytest.raises(KeyError, match="GRAFANA_ADMIN_PASSWORD: set it in .env"):
        interpolated(grafana["GF_SECURITY_ADMIN_PASSWORD"], {})
    assert grafana["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert "GRAFANA_ADMIN_PASSWORD=\n" in (ROOT / ".env.example").read_text()


def test_demo_and_webhook_start_only_when_asked_for() -> None:
    assert {name for name, service in _SERVICES.items() if service.get("profiles") == ["demo"]} == {"demo", "webhook"}
    assert not any("profiles" in _SERVICES[name] for name in SERVICES)


def test_every_service_of_compose_runs_natively_but_those_that_only_containers_need() -> None:
    assert {*SERVICES, "demo", "webhook", "queue-owner"} == set(_SERVICES)


@pytest.mark.parametrize(
    ("written", "here"),
    [
        ("endpoint: prometheus:9090", "endpoint: 127.0.0.1:21001"),
        ("url: http://prometheus:9090/api/v1/otlp", "url: http://127.0.0.1:21001/api/v1/otlp"),
        ('targets: ["prometheus:9090", "tempo:3200"]', 'targets: ["127.0.0.1:21001", "tempo:3200"]'),
        ("{host: 0.0.0.0, port: 8888}", "{host: 127.0.0.1, port: 21002}"),
        ("host: '0.0.0.0'\n  port: 8888", "host: '127.0.0.1'\n  port: 21002"),
        ("http_address: 0.0.0.0\n  http_port: 8888", "http_address: 127.0.0.1\n  http_port: 21002"),
        ("${env:PLACE:-prometheus:9090}", "${env:PLACE:-127.0.0.1:21001}"),
        ("my-prometheus:9090 prometheus:90901", "my-prometheus:9090 prometheus:90901"),
        ("--storage.tsdb.path=/prometheus", "--storage.tsdb.path=/here/data"),
        ("/etc/prometheus/rules/a.yml", "/etc/prometheus/rules/a.yml"),
        ("dir: /var/tempo/wal", "dir: /there/wal"),
        ("genai:calls:rate5m", "genai:calls:rate5m"),
    ],
)  # fmt: skip
def test_address_and_folder_are_replaced_where_they_stand_alone(written: str, here: str) -> None:
    places = {
        "prometheus:9090": "127.0.0.1:21001",
        "0.0.0.0:8888": "127.0.0.1:21002",
        "/prometheus": "/here/data",
        "/var/tempo": "/there",
    }
    assert localised(written, places) == here


def test_folder_is_copied_with_replaced_texts(tmp_path: Path) -> None:
    (tmp_path / "from" / "rules").mkdir(parents=True)
    (tmp_path / "from" / "rules" / "a.yml").write_text("tempo:3200")
    (tmp_path / "from" / "plain.txt").write_text("tempo:3200")
    copy = localised_copy(tmp_path / "from", tmp_path / "to", {"tempo:3200": "127.0.0.1:21001"})
    assert (copy / "rules" / "a.yml").read_text() == "127.0.0.1:21001"
    assert (copy / "plain.txt").read_text() == "tempo:3200"


def test_free_addresses_are_all_different_and_free() -> None:
    addresses = free_addresses(200)
    assert len(set(addresses)) == 200
    assert all(is_free(int(address.rpartition(":")[2])) for address in addresses)


def test_port_that_is_taken_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(server.getsockname()[1])


@pytest.mark.parametrize("service", SERVICES)
def test_no_address_or_folder_of_the_network_is_left_in_a_native_configuration(service: str, tmp_path: Path) -> None:
    stack = Stack(tmp_path, [])
    places = stack.places(service)
    for text in _texts(service):
        here = localised(text, places)
        left = {f"{host}:{port}" for host, port in _ADDRESS.findall(here)}
        assert not left, "an address that only the network of containers knows"
        assert not re.search(r"(?<![\w./-])/(var|etc)/", here)


def _texts(name: str) -> list[str]:
    """All that a service reads: its command, its variables, its mounted files; without comments."""
    service = _READ[name]
    files = [path for source in service.files for path in ([source] if source.is_file() else source.rglob("*"))]
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix in {".yml", ".yaml", ".tmpl"}]
    plain = [re.sub(r"(?m)(^|\s)#.*$", "", text) for text in texts]
    return [*service.command, *service.environment.values(), *plain]
