"""The model's word as evidence. numpy and the weights are loaded by the first call, not by the import."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Final, NamedTuple

from spanwise.processors.screening.verdict import Place, ScreenModel

if TYPE_CHECKING:
    from spanwise.processors.screening.model import Classifier, Features

__all__ = ["Opinion", "opinions"]


class _Head(NamedTuple):
    """Which head is asked, and how its two strongest sentences become evidence.

    `second` is what the runner-up adds; at `middle` the evidence is as good as one flagging pattern.
    """

    number: int
    category: str
    second: float
    middle: float


_ATTACK: Final = _Head(0, "prompt_injection", 0.7, 3.1)
_ORDER: Final = _Head(1, "indirect_injection", 0.0, 4.9)
_HEADS: Final[dict[Place, tuple[_Head, ...]]] = {
    "user": (_ATTACK,),
    "document": (_ATTACK._replace(category="indirect_injection"), _ORDER),
    # The developer's own words give orders by trade, and the model's own words are judged by patterns alone.
    "system": (),
    "output": (),
}
_NAMES: Final = ("model.attack", "model.order")
_NOTICEABLE: Final = 0.05
_SLOPE: Final = 1.5
_CHANCE: Final = 0.3
_FEW_SENTENCES: Final = 6


class Opinion(NamedTuple):
    """What one head makes of a text: the rule name it goes by, its category and its evidence from 0 to 1."""

    rule: str
    category: str
    weight: float


def opinions(folded: bytes, place: Place, model: ScreenModel = "hashed") -> list[Opinion]:
    """Ask the heads that look at `place`; only noticeable evidence is returned.

    With `embedding` documents are read by the sentence model as well; raises `ModelMissingError` where it is not.
    """
    heads = _HEADS[place]
    if not heads:
        return []
    from spanwise.processors.screening.model import blocks, default_classifier

    features = blocks(folded)
    if not features:
        return []
    classifier = default_classifier()
    opinions = [Opinion(_NAMES[head.number], head.category, _weight(classifier, features, head)) for head in heads]
    if model == "embedding" and place == "document":
        from spanwise.processors.screening.embedding import off_topic_order

        opinions.append(Opinion("model.off_topic", _ORDER.category, off_topic_order(folded)))
    return [opinion for opinion in opinions if opinion.weight >= _NOTICEABLE]


def _weight(classifier: Classifier, features: list[Features], head: _Head) -> float:
    first, second, sentences = classifier.strongest(features, head.number)
    # The strongest of many sentences is strong by chance.
    chance = _CHANCE * log(max(1.0, sentences / _FEW_SENTENCES))
    return 1 / (1 + exp(-_SLOPE * (first + head.second * max(second, 0.0) - chance - head.middle)))
