"""Every way in which the README starts a Collector passes its own validation."""

from __future__ import annotations

import os
import subprocess

import pytest

from native.build import binary
from stack.native.collectors import CONFIGURATIONS

pytestmark = pytest.mark.native

COMBINATIONS = (
    ("agent.yaml",),
    ("gateway.yaml",),
    ("agent.yaml", "kafka-agent.yaml"),
    ("gateway.yaml", "kafka-gateway.yaml"),
    ("agent.yaml", "logs.yaml"),
    ("agent.yaml", "kafka-agent.yaml", "logs.yaml"),
    ("agent.yaml", "kubernetes/agent-config.yaml"),
    ("gateway.yaml", "kubernetes/gateway-config.yaml"),
    ("gateway.yaml", "kubernetes/gateway-config.yaml", "kafka-gateway.yaml"),
    ("agent.yaml", "kubernetes/agent-config.yaml", "kafka-agent.yaml"),
)


@pytest.mark.parametrize("files", COMBINATIONS, ids="+".join)
def test_collector_takes_the_configuration(files: tuple[str, ...]) -> None:
    arguments = [f"--config={CONFIGURATIONS / file}" for file in files]
    command = [str(binary("otelcol")), "validate", *arguments]
    node = {**os.environ, "K8S_NODE_NAME": "node-1"}
    checked = subprocess.run(command, env=node, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_pattern_that_does_not_compile_keeps_the_collector_from_starting() -> None:
    broken = "--config=yaml:processors::redaction::blocked_values: ['(']"
    arguments = [f"--config={CONFIGURATIONS / 'agent.yaml'}", broken]
    started = subprocess.run([binary("otelcol"), *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert started.returncode != 0
    assert "error compiling regex" in started.stderr
