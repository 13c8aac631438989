"""What is generated from the catalogue is what the catalogue says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "grafana" / "build.py"

pytest.importorskip("grafana_foundation_sdk")


def test_generated_files_are_as_the_catalogue_has_them() -> None:
    done = subprocess.run([sys.executable, BUILD, "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
