"""Grafana's build, which takes two steps more than the others'. Its backend alone: no user interface."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from native.go import GoModule

__all__ = ["build_grafana"]

_SOURCES = "github.com/grafana/grafana"
# the version that Grafana's own go.mod names panics under Go 1.26
_WIRE = "github.com/google/wire/cmd/wire@v0.7.0"
_PUBLIC_PARTS = ("app", "emails", "views")


def build_grafana(module: GoModule, folder: Path, arguments: Sequence[str]) -> None:
    """Run `go build` with `arguments`, and make `folder/home`, which Grafana is to be started with as `--homepath`."""
    work = folder / "work"
    work.mkdir()
    module.go("mod", "download", _SOURCES)
    sources = Path(module.go("list", "-m", "-f", "{{.Dir}}", _SOURCES).strip())
    _compile(module, sources, _generate_wiring(module, work), arguments)
    _copy_home(sources, folder / "home")
    shutil.rmtree(work)


def _generate_wiring(module: GoModule, work: Path) -> Path:
    """The file that Grafana's build generates with wire: how its services are made from each other.

    Wire puts its output beside the package unless the prefix leads out of there; the module cache is read-only.
    """
    way_out = "../" * 32
    module.go("run", _WIRE, "gen", "-tags", "oss", "-output_file_prefix", f"{way_out}{work}/", f"{_SOURCES}/pkg/server")
    return work / "wire_gen.go"


def _compile(module: GoModule, sources: Path, wiring: Path, arguments: Sequence[str]) -> None:
    """Lay the generated file over the sources and build.

    Go refuses overlays inside its module cache, hence a link to the sources that stands elsewhere.
    """
    work = wiring.parent
    link, overlay, modfile = work / "source", work / "overlay.json", work / "build.mod"
    link.symlink_to(sources)
    overlay.write_text(json.dumps({"Replace": {f"{link}/pkg/server/wire_gen.go": str(wiring)}}))
    shutil.copyfile(module.folder / "go.mod", modfile)
    shutil.copyfile(module.folder / "go.sum", work / "build.sum")
    module.go("mod", "edit", "-replace", f"{_SOURCES}={link}", str(modfile))
    module.go("build", "-modfile", str(modfile), "-overlay", str(overlay), *arguments)


def _copy_home(sources: Path, home: Path) -> None:
    """What the program reads at run time, so that it outlives the module cache."""
    shutil.copytree(sources / "conf", home / "conf", copy_function=shutil.copyfile)
    for part in _PUBLIC_PARTS:
        shutil.copytree(sources / "public" / part, home / "public" / part, copy_function=shutil.copyfile)
