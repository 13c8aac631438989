"""Prints the tables of docs/screening.md: `PYTHONPATH=tests python -m performance.screening [FOLDER]`.

Leaks in other words are measured on the project's own corpus. The folder, if given, holds labelled texts of public
benchmarks, which are under their own licences and not part of the repository:

`injection_*.jsonl`: `text`, `label` (1 is an attack), `source`, `kind` (which tells the place), `group` (`explicit`,
`contextual`, `benign` and others).
`leak_*.jsonl` with `leak_prompts_*.jsonl`: `completion`, `label`, `kind`, `hard` (encoded) and `sp`, the number of the
system prompt; and `sp`, `text`.

With `--embedding` answers, and documents, at most 80 per source, are read with the sentence model as well.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import md5
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final, NamedTuple, cast

from spanwise.processors.screening import LEAK_THRESHOLD, THRESHOLD, Place, ScreenModel, leak, screen
from unit.leaked_prompts import HARMLESS, LEAKS, answers

_DOCUMENTS: Final = {
    *("document", "indirect", "indirect_naive", "indirect_agent", "encoded", "structural", "template"),
    *("hard_benign_encoded", "hard_benign_structural", "hard_benign_template"),
}
_OUTPUTS: Final = {"completion", "url_exfil", "hard_benign_url_exfil"}
_MOST_EMBEDDED: Final = 80
_PROMPT: Final = 4096


class _Text(NamedTuple):
    text: str
    attack: bool
    source: str
    group: str
    place: Place

    @property
    def unread(self) -> bool:
        """Whether it is in the half whose mistakes nobody read while rules and corpus grew."""
        return md5(self.text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()[-1] % 2 == 1


class _Scored(NamedTuple):
    text: _Text
    score: float

    @property
    def flagged(self) -> bool:
        return self.score >= THRESHOLD


def main() -> None:
    """Print the table of the project's own leaks, and every table that the folder has data for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--embedding", action="store_true", help="use the sentence model as well")
    given = parser.parse_args()
    _print_own_leaks("embedding" if given.embedding else "hashed")
    if given.folder is None:
        return
    texts = list(_texts(given.folder))
    if given.embedding:
        _print_sources(_scored(_few_documents(texts), "embedding"))
        return
    scored = _scored(texts, "hashed")
    _print_sources(scored)
    _print_pooled(scored)
    _print_leaks(given.folder)
    _print_time([text.text for text in texts if not text.attack and text.place == "user"])


def _rows(folder: Path, pattern: str) -> Iterator[dict[str, object]]:
    for file in sorted(folder.glob(pattern)):
        for line in file.read_text(encoding="utf-8").strip("\n").split("\n"):
            yield cast("dict[str, object]", json.loads(line))


def _texts(folder: Path) -> Iterator[_Text]:
    for row in _rows(folder, "injection_*.jsonl"):
        place = _place(str(row["kind"]))
        yield _Text(str(row["text"]), bool(row["label"]), str(row["source"]), str(row["group"]), place)


def _place(kind: str) -> Place:
    if kind in _DOCUMENTS:
        return "document"
    if kind in _OUTPUTS:
        return "output"
    return "system" if kind == "system_prompt" else "user"


def _few_documents(texts: Iterable[_Text]) -> list[_Text]:
    by_source: dict[tuple[str, bool], list[_Text]] = defaultdict(list)
    for text in texts:
        if text.place == "document":
            by_source[text.source, text.attack].append(text)
    return [text for group in by_source.values() for text in group[:: max(1, len(group) // _MOST_EMBEDDED)]]


def _scored(texts: Iterable[_Text], model: ScreenModel) -> list[_Scored]:
    return [_Scored(text, screen(text.text, text.place, model=model).score) for text in texts]


def _share(scored: Sequence[_Scored]) -> str:
    return f"{sum(one.flagged for one in scored) / len(scored):.3f}" if scored else "-"


def _print_sources(scored: Iterable[_Scored]) -> None:
    by_source: dict[tuple[bool, str, str], list[_Scored]] = defaultdict(list)
    for one in scored:
        by_source[not one.text.attack, one.text.group, one.text.source].append(one)
    print("| group | source | texts | flagged | of the unread half |\n|---|---|---|---|---|")
    for (_, group, source), found in sorted(by_source.items()):
        unread = [one for one in found if one.text.unread]
        print(f"| {group} | {source} | {len(found)} | {_share(found)} | {_share(unread)} |")


def _print_pooled(scored: Sequence[_Scored]) -> None:
    print("\n| explicit attacks against all harmless texts | found | false alarms | found at 1 % |\n|---|---|---|---|")
    generated = {one.text.source for one in scored if one.text.attack} & {
        one.text.source for one in scored if not one.text.attack and "generated" in one.text.source
    }
    _print_pool("all", scored)
    _print_pool("all, unread half", [one for one in scored if one.text.unread])
    _print_pool("without generated twins", [one for one in scored if one.text.source not in generated])


def _print_pool(name: str, scored: Sequence[_Scored]) -> None:
    attacks = [one for one in scored if one.text.group == "explicit"]
    harmless = sorted((one for one in scored if one.text.group == "benign"), key=lambda one: -one.score)
    if attacks and harmless:
        limit = harmless[len(harmless) // 100].score
        at_limit = len([one for one in attacks if one.score > limit]) / len(attacks)
        print(f"| {name} | {_share(attacks)} | {_share(harmless)} | {at_limit:.3f} |")


def _print_leaks(folder: Path) -> None:
    prompts = {str(row["sp"]): str(row["text"]) for row in _rows(folder, "leak_prompts_*.jsonl")}
    by_kind: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in _rows(folder, "leak_[!p]*.jsonl"):
        kind = ("harmless", "leak, encoded" if row["hard"] else "leak")[bool(row["label"])]
        score = leak(prompts[str(row["sp"])], str(row["completion"]))
        by_kind[kind, str(row["kind"])].append(score >= LEAK_THRESHOLD)
    print("\n| completions | kind | texts | called a leak |\n|---|---|---|---|")
    for (kind, name), found in sorted(by_kind.items()):
        print(f"| {kind} | {name} | {len(found)} | {sum(found) / len(found):.3f} |")


def _print_own_leaks(model: ScreenModel) -> None:
    by_kind: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for answer in answers():
        by_kind[answer.kind, answer.read].append(leak(answer.prompt, answer.text, model=model) >= LEAK_THRESHOLD)
    print("| own answers | called a leak, read half | unread half |\n|---|---|---|")
    for kind in (*LEAKS, *HARMLESS):
        read, unread = (f"{sum(found)} of {len(found)}" for found in (by_kind[kind, True], by_kind[kind, False]))
        print(f"| {kind} | {read} | {unread} |")
    print()


def _print_time(texts: Iterable[str]) -> None:
    """What 4 KB take, all tiers that are on by default: best of five, median over a hundred pieces."""
    together = "\n\n".join(texts)
    pieces = [together[start : start + _PROMPT] for start in range(0, min(len(together), 100 * _PROMPT), _PROMPT)]
    for place in ("user", "document"):
        times = [min(_seconds(piece, place) for _ in range(6)) for piece in pieces]
        print(f"\n4 KB as {place}: {median(times) * 1e6:.0f} µs")


def _seconds(text: str, place: Place) -> float:
    begin = perf_counter()
    screen(text, place)
    return perf_counter() - begin


if __name__ == "__main__":
    main()
