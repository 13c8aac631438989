"""Train the screening model: `PYTHONPATH=tools python -m train_screening.train`.

The weights come out the same, byte for byte.

Logistic regression on hashed features (AdaGrad, L2), one head that tells attacks from honest text and one that tells
things to do from text to read. Everything is seeded and runs on one thread of numpy; public benchmarks are for
evaluation only and never enter.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from spanwise.processors.screening.folding import fold
from spanwise.processors.screening.model.classifier import UNIT, WEIGHTS, length_norm
from spanwise.processors.screening.model.features import BUCKETS, Features, featurise
from train_screening.grammar import Sentence, sentences

_SEED: Final = 20
_PER_TEMPLATE: Final = 60
_EPOCHS: Final = 40
_BATCH: Final = 2048
_RATE: Final = 0.5
_DECAY: Final = 1e-6
_SPRINKLED: Final = 0.5  # share of honest sentences that also appear with words of attacks strewn in
_JOINED: Final = 0.35  # share of sentences that also appear joined to another one
_TYPOS: Final = 0.1  # share of sentences that also appear with a slip of the pen

# What each row of features counts: sequences more than single words.
_WORD_VALUES: Final = (0.5, 1.0, 1.0, 1.0, 1.0)
_OPENING_VALUES: Final = (0.7, 1.0)

# For each head: what counts as yes and as no; other labels are left out.
_HEADS: Final = (
    ({"attack"}, {"request", "benign", "prose"}),
    ({"attack", "request", "order"}, {"prose"}),
)


class _Examples(NamedTuple):
    """The features of all examples end to end, and of each example its first feature, length norm and label."""

    buckets: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    offsets: npt.NDArray[np.int64]
    norms: npt.NDArray[np.float64]
    labels: list[str]


class _Batch(NamedTuple):
    """The features of a few examples end to end and where each example begins."""

    buckets: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]

    def sums(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.add.reduceat(weights[self.buckets] * self.values, self.starts)

    def gradient(self, errors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        lengths = np.diff(self.starts, append=self.buckets.size)
        weighted = np.repeat(errors, lengths) * self.values
        return np.bincount(self.buckets, weighted, BUCKETS).astype(np.float64)


def _augmented(corpus: list[Sentence], random: Random) -> list[tuple[str, str]]:
    honest = [sentence for sentence in corpus if sentence.label in ("request", "prose", "benign")]
    examples = [(sentence.label, sentence.text) for sentence in corpus]
    loaded = [word for sentence in corpus if sentence.label == "attack" for word in sentence.text.split()]
    for sentence in honest:
        if random.random() < _SPRINKLED:
            examples.append((sentence.label, _sprinkled(sentence.text, loaded, random)))
    for sentence in corpus:
        if random.random() < _JOINED:
            other = random.choice(honest)
            pair = [sentence.text, other.text]
            random.shuffle(pair)
            examples.append((_joint(sentence.label, other.label), random.choice((" ", " , ", " : ")).join(pair)))
        if random.random() < _TYPOS:
            examples.append((sentence.label, _with_typo(sentence.text, random)))
    return examples


def _sprinkled(text: str, loaded: list[str], random: Random) -> str:
    """The sentence with a quarter of its words taken from attacks: single words prove little, their order does."""
    words = text.split()
    for at in random.sample(range(len(words)), (len(words) + 3) // 4):
        words[at] = random.choice(loaded)
    return " ".join(words)


def _joint(one: str, other: str) -> str:
    """What a sentence made of two is: the stronger of both; text to read only if both are."""
    return min(one, other, key=("attack", "order", "request", "benign", "prose").index)


def _with_typo(text: str, random: Random) -> str:
    at = random.randrange(max(1, len(text) - 2))
    return random.choice(
        (text[:at] + text[at + 1 :], text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :])
    )


def _examples(labelled: list[tuple[str, str]]) -> _Examples:
    featured = [(label, features) for label, text in labelled if (features := featurise(fold(text)))]
    rows = [_row(features) for _, features in featured]
    return _Examples(
        np.concatenate([buckets for buckets, _ in rows]),
        np.concatenate([values for _, values in rows]),
        np.cumsum([0, *(buckets.size for buckets, _ in rows)]),
        length_norm(np.array([features.words.shape[1] for _, features in featured])),
        [label for label, _ in featured],
    )


def _row(features: Features) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Buckets and values of one example; bucket 0 is padding."""
    buckets = np.concatenate((features.words.ravel(), features.openings.ravel())).astype(np.int64)
    words = np.repeat(np.array(_WORD_VALUES), features.words.shape[1])
    values = np.concatenate((words, np.repeat(np.array(_OPENING_VALUES), features.openings.shape[1])))
    return buckets[buckets != 0], values[buckets != 0]


def _batches(examples: _Examples, order: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[np.int64], _Batch]]:
    for start in range(0, order.size, _BATCH):
        batch = order[start : start + _BATCH]
        slices = [slice(examples.offsets[number], examples.offsets[number + 1]) for number in batch]
        buckets = [examples.buckets[part] for part in slices]
        starts = np.cumsum([0, *(part.size for part in buckets[:-1])])
        yield batch, _Batch(np.concatenate(buckets), np.concatenate([examples.values[part] for part in slices]), starts)


def _train(examples: _Examples, yes: set[str], no: set[str]) -> tuple[npt.NDArray[np.float64], float]:
    chosen = np.array([number for number, label in enumerate(examples.labels) if label in yes | no])
    target = np.array([label in yes for label in examples.labels], np.float64)
    share = float(target[chosen].mean())
    balance = np.where(target == 1, 0.5 / share, 0.5 / (1 - share))
    weights, squares, bias = np.zeros(BUCKETS), np.full(BUCKETS, 1e-2), -1.0
    generator = np.random.default_rng(_SEED)
    for _ in range(_EPOCHS):
        for batch, rows in _batches(examples, generator.permutation(chosen)):
            norms = examples.norms[batch]
            probabilities = 1 / (1 + np.exp(-rows.sums(weights) * norms - bias))
            errors = (probabilities - target[batch]) * balance[batch] / batch.size
            gradient = rows.gradient(errors * norms) + _DECAY * weights
            squares += gradient**2
            weights -= _RATE * gradient / np.sqrt(squares)
            bias -= 0.5 * float(errors.sum())
    return weights * _mean_values(examples), bias


def _mean_values(examples: _Examples) -> npt.NDArray[np.float64]:
    """What a feature of each bucket counts, so that inference need not know which row it came from."""
    counts = np.bincount(examples.buckets, minlength=BUCKETS)
    return np.bincount(examples.buckets, examples.values, BUCKETS) / np.maximum(counts, 1)


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
