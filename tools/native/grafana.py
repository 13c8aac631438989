"""Grafana's build, which takes two steps more than the others'. Its backend alone: no user interface."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from native.build import PROGRAMS, go

__all__ = ["build_grafana"]

_MODULE = "github.com/grafana/grafana"
# the version that Grafana's own go.mod names panics under Go 1.26
_WIRE = "github.com/google/wire/cmd/wire@v0.7.0"
_PUBLIC_PARTS = ("app", "emails", "views")


def build_grafana(name: str, module: Path, folder: Path) -> None:
    """Build `folder/grafana` and `folder/home`, which it is to be started with as `--homepath`."""
    work = folder / "work"
    work.mkdir()
    source = Path(_download(name, module))
    wiring = _generate_wiring(name, module, work)
    _compile(name, module, source, wiring, folder)
    _copy_home(source, folder / "home")
    shutil.rmtree(work)


def _download(name: str, module: Path) -> str:
    """The folder of Grafana's sources, checked against go.sum."""
    go(name, module, "mod", "download", _MODULE)
    return go(name, module, "list", "-m", "-f", "{{.Dir}}", _MODULE).strip()


def _generate_wiring(name: str, module: Path, work: Path) -> Path:
    """The file that Grafana's build generates with wire: how its services are made from each other.

    Wire puts its output beside the package unless the prefix leads out of there; the module cache is read-only.
    """
    way_out = "../" * 32
    package = f"{_MODULE}/pkg/server"
    go(name, module, "run", _WIRE, "gen", "-tags", "oss", "-output_file_prefix", f"{way_out}{work}/", package)
    return work / "wire_gen.go"


def _compile(name: str, module: Path, source: Path, wiring: Path, folder: Path) -> None:
    """Lay the generated file over the sources and build.

    Go refuses overlays inside its module cache, hence a link to the sources that stands elsewhere.
    """
    work, program = wiring.parent, PROGRAMS[name]
    link, overlay, modfile = work / "source", work / "overlay.json", work / "build.mod"
    link.symlink_to(source)
    overlay.write_text(json.dumps({"Replace": {f"{link}/pkg/server/wire_gen.go": str(wiring)}}))
    shutil.copyfile(module / "go.mod", modfile)
    shutil.copyfile(module / "go.sum", work / "build.sum")
    go(name, module, "mod", "edit", "-replace", f"{_MODULE}={link}", str(modfile))
    files = ["-modfile", str(modfile), "-overlay", str(overlay)]
    go(name, module, "build", *files, *program.flags(), "-o", str(folder / name), program.package)


def _copy_home(source: Path, home: Path) -> None:
    """What the program reads at run time, so that it outlives the module cache."""
    shutil.copytree(source / "conf", home / "conf", copy_function=shutil.copyfile)
    for part in _PUBLIC_PARTS:
        shutil.copytree(source / "public" / part, home / "public" / part, copy_function=shutil.copyfile)
