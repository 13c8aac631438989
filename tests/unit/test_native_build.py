"""How a failed build tells what is wrong, and that nothing half-built is ever used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from native.build import PROGRAMS, BuildFailed, binary, cache

needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
_NOWHERE = "github.com/spanwise/nowhere"
_SUM = "h1:" + "A" * 43 + "="
_PROGRAM = "package main\n\nfunc main() { println(7) }\n"


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(403)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NATIVE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """The modules, with a `kfake` that needs nothing."""
    folder = tmp_path / "modules" / "kfake"
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text("module kfake\n\ngo 1.21\n")
    (folder / "main.go").write_text(_PROGRAM)
    return folder.parent


@pytest.fixture
def refusing_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A module proxy that answers 403 to everything, and no module cache."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("GOPROXY", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "module-cache"))
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def _require_nowhere(modules: Path) -> None:
    module = modules / "kfake"
    (module / "go.mod").write_text(f"module kfake\n\ngo 1.21\n\nrequire {_NOWHERE} v1.9.9\n")
    (module / "go.sum").write_text(f"{_NOWHERE} v1.9.9 {_SUM}\n{_NOWHERE} v1.9.9/go.mod {_SUM}\n")
    (module / "main.go").write_text(f'package main\n\nimport _ "{_NOWHERE}"\n\nfunc main() {{}}\n')


@needs_go
def test_program_is_built_once_for_each_state_of_its_module(modules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first = binary("kfake", modules)
    assert subprocess.run([first], capture_output=True, text=True, check=True).stderr == "7\n"
    assert capfd.readouterr().err.startswith("building kfake")

    assert binary("kfake", modules) == first
    assert capfd.readouterr().err == ""

    (modules / "kfake" / "main.go").write_text(_PROGRAM.replace("7", "8"))
    second = binary("kfake", modules)
    assert subprocess.run([second], capture_output=True, text=True, check=True).stderr == "8\n"


@needs_go
def test_processes_that_build_at_once_get_one_program(modules: Path) -> None:
    program = (
        f"from pathlib import Path; from native.build import binary; print(binary('kfake', Path({str(modules)!r})))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "tools")}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert ends[0][0] == ends[1][0]
    assert sum("building kfake" in err for _, err in ends) == 1


@needs_go
def test_refused_download_names_program_module_version_and_status(modules: Path, refusing_proxy: None) -> None:
    _require_nowhere(modules)
    with pytest.raises(BuildFailed) as failure:
        binary("kfake", modules)
    assert str(failure.value) == (
        f"cannot build kfake (module kfake): download of {_NOWHERE}@v1.9.9 refused: 403 Forbidden"
    )


@needs_go
def test_switched_off_downloads_are_named(modules: Path, monkeypatch: pytest.MonkeyPatch, refusing_proxy: None) -> None:
    monkeypatch.setenv("GOPROXY", "off")
    _require_nowhere(modules)
    with pytest.raises(BuildFailed, match=r"^cannot build kfake .*: module lookup disabled by GOPROXY=off$"):
        binary("kfake", modules)


@needs_go
def test_file_that_does_not_compile_is_named_with_its_line(modules: Path) -> None:
    (modules / "kfake" / "main.go").write_text("package main\n\nfunc main() { undefined() }\n")
    with pytest.raises(
        BuildFailed, match=r"^cannot build kfake \(module kfake\): .*main\.go:3:15: undefined: undefined$"
    ):
        binary("kfake", modules)


@needs_go
def test_failed_build_leaves_nothing_that_would_be_taken_for_a_program(modules: Path) -> None:
    (modules / "kfake" / "main.go").write_text("package main\n")
    with pytest.raises(BuildFailed, match="main is undeclared"):
        binary("kfake", modules)
    assert {path.suffix for path in cache().iterdir()} <= {".partial", ".lock"}
    (modules / "kfake" / "main.go").write_text(_PROGRAM)
    assert binary("kfake", modules).is_file()


def test_missing_go_is_said_in_one_line(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BuildFailed) as failure:
        binary("kfake", modules)
    assert str(failure.value) == (
        "cannot build kfake (module kfake): Go is not installed, see https://go.dev/doc/install"
    )


def test_command_line_ends_with_1_and_one_line(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {"PATH": "", "PYTHONPATH": str(root / "tools"), "NATIVE_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "native", "build", "tempo"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("cannot build tempo (module tempo): Go is not installed")
    assert "Traceback" not in done.stderr


def test_every_module_pins_its_dependencies_and_belongs_to_a_program() -> None:
    modules = Path(__file__).resolve().parents[2] / "tools" / "native" / "modules"
    assert {path.name for path in modules.iterdir()} == {program.module for program in PROGRAMS.values()}
    for module in modules.iterdir():
        assert (module / "go.mod").is_file() and (module / "go.sum").is_file()
