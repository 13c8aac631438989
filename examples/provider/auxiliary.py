"""What is not inference for the application: the list of models, Anthropic's token count, and the judge."""

from collections.abc import Callable, Mapping

from provider import tokens
from provider.anthropic_messages import read
from provider.http1 import Request
from provider.judging import judge
from provider.models import CATALOGUE
from provider.payload import JsonMap, decoded

__all__ = ["AUXILIARY"]


def _count_tokens(request: Request) -> JsonMap:
    prompt = read({**decoded(request.body), "max_tokens": 1})
    return {"input_tokens": tokens.count(prompt.text)}


def _list_models(request: Request) -> JsonMap:
    if "anthropic-version" in request.headers:
        return _anthropic_models()
    others = [each for each in CATALOGUE if each.owner != "anthropic"]
    kind = {"object": "model", "created": 1_700_000_000}
    return {"object": "list", "data": [{"id": each.name, **kind, "owned_by": each.owner} for each in others]}


def _anthropic_models() -> JsonMap:
    names = [each.snapshot for each in CATALOGUE if each.owner == "anthropic"]
    listed = [
        {"type": "model", "id": name, "display_name": name, "created_at": "2025-01-01T00:00:00Z", "lifecycle": "active"}
        for name in names
    ]
    return {"data": listed, "has_more": False, "first_id": names[0], "last_id": names[-1]}


#: Operations by method and path.
AUXILIARY: Mapping[tuple[str, str], Callable[[Request], JsonMap]] = {
    ("GET", "/v1/models"): _list_models,
    ("POST", "/v1/messages/count_tokens"): _count_tokens,
    ("POST", "/judge/v1/chat/completions"): judge,
}
