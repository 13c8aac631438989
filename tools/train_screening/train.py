"""Train the screening model: `python tools/train_screening/train.py` rewrites the weights, byte for byte the same.

Logistic regression on hashed features (AdaGrad, L2), one head that tells attacks from honest text and one that tells
things to do from text to read. Everything is seeded and runs on one thread of numpy; public benchmarks are for
evaluation only and never enter.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from grammar import Sentence, sentences

from spanwise.processors.screening.folding import fold
from spanwise.processors.screening.model.classifier import UNIT, WEIGHTS, length_norm
from spanwise.processors.screening.model.features import BUCKETS, featurise

_SEED: Final = 20
_PER_TEMPLATE: Final = 60
_EPOCHS: Final = 30
_BATCH: Final = 2048
_RATE: Final = 0.5
_DECAY: Final = 1e-6
_JOINED: Final = 0.35  # share of sentences that also appear joined to another one
_TYPOS: Final = 0.1  # share of sentences that also appear with a slip of the pen

# For each head: what counts as yes and as no; other labels are left out.
_HEADS: Final = (
    ({"attack"}, {"request", "benign", "prose"}),
    ({"attack", "request", "order"}, {"prose"}),
)


class _Examples(NamedTuple):
    """Buckets of all examples end to end, where each example begins, its length norm, and what it is."""

    buckets: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    norms: npt.NDArray[np.float64]
    labels: list[str]


def _augmented(corpus: list[Sentence], random: Random) -> list[tuple[str, str]]:
    honest = [sentence for sentence in corpus if sentence.label in ("request", "prose", "benign")]
    examples = [(sentence.label, sentence.text) for sentence in corpus]
    for sentence in corpus:
        if random.random() < _JOINED:
            other = random.choice(honest)
            pair = [sentence.text, other.text]
            random.shuffle(pair)
            examples.append((_joint(sentence.label, other.label), random.choice((" ", " , ", " : ")).join(pair)))
        if random.random() < _TYPOS:
            examples.append((sentence.label, _with_typo(sentence.text, random)))
    return examples


def _joint(one: str, other: str) -> str:
    """What a sentence made of two is: the stronger of both; text to read only if both are."""
    return min(one, other, key=("attack", "order", "request", "benign", "prose").index)


def _with_typo(text: str, random: Random) -> str:
    at = random.randrange(max(1, len(text) - 2))
    return random.choice(
        (text[:at] + text[at + 1 :], text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :])
    )


def _examples(labelled: list[tuple[str, str]]) -> _Examples:
    buckets, offsets, lengths, labels, total = [], [], [], [], 0
    for label, text in labelled:
        features = featurise(fold(text))
        if features is None:
            continue
        row = np.concatenate((features.words.ravel(), features.openings.ravel())).astype(np.int64)
        buckets.append(row[row != 0])
        offsets.append(total)
        lengths.append(features.words.shape[1])
        labels.append(label)
        total += buckets[-1].size
    return _Examples(np.concatenate(buckets), np.array([*offsets, total]), length_norm(np.array(lengths)), labels)


def _train(examples: _Examples, yes: set[str], no: set[str]) -> tuple[npt.NDArray[np.float64], float]:
    chosen = np.array([number for number, label in enumerate(examples.labels) if label in yes | no])
    target = np.array([label in yes for label in examples.labels], np.float64)
    balance = np.where(target == 1, 0.5 / target[chosen].mean(), 0.5 / (1 - target[chosen].mean()))
    weights, squares, bias = np.zeros(BUCKETS), np.full(BUCKETS, 1e-2), -1.0
    generator = np.random.default_rng(_SEED)
    for _ in range(_EPOCHS):
        order = generator.permutation(chosen)
        for start in range(0, order.size, _BATCH):
            batch = order[start : start + _BATCH]
            rows, starts = _gather(examples, batch)
            lengths = np.diff(np.append(starts, rows.size))
            norms = examples.norms[batch]
            logits = np.add.reduceat(weights[rows], starts) * norms + bias
            error = (1 / (1 + np.exp(-logits)) - target[batch]) * balance[batch] / batch.size
            gradient = np.bincount(rows, np.repeat(error * norms, lengths), BUCKETS) + _DECAY * weights
            squares += gradient**2
            weights -= _RATE * gradient / np.sqrt(squares)
            bias -= 0.5 * float(error.sum())
    return weights, bias


def _gather(examples: _Examples, batch: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    rows = [examples.buckets[examples.offsets[number] : examples.offsets[number + 1]] for number in batch]
    return np.concatenate(rows), np.cumsum([0, *(row.size for row in rows[:-1])])


def _quantised(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    return np.clip(np.rint(weights / UNIT), -127, 127).astype(np.int8)


def train(corpus: Path, report: Callable[[str], None] = print) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]:
    """Train both heads on the corpus; returns the stored weights and the biases."""
    texts = sentences(corpus, _SEED, _PER_TEMPLATE)
    examples = _examples(_augmented(texts, Random(_SEED)))
    report(
        f"{len(texts)} sentences, {len(examples.labels)} examples, {len({text.language for text in texts})} languages"
    )
    trained = [_train(examples, yes, no) for yes, no in _HEADS]
    # Rounded so that the last bits, which depend on the processor, never reach the file.
    return np.stack([_quantised(weights) for weights, _ in trained]), np.round([bias for _, bias in trained], 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).with_name("corpus"))
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    weights, bias = train(arguments.corpus)
    np.savez_compressed(arguments.output, weights=weights, bias=bias)
    print(
        f"{arguments.output}: {arguments.output.stat().st_size} bytes, {np.count_nonzero(weights)} weights, bias {bias}"
    )


if __name__ == "__main__":
    main()
