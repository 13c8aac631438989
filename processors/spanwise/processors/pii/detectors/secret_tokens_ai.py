"""Keys of AI services: Anthropic, OpenAI and OpenRouter (`sk-…`), Hugging Face, Groq, xAI, Replicate and others.

One row per provider; add a row and its examples.
"""

from __future__ import annotations

from spanwise.processors.pii.tokens import token

__all__ = ["RULES"]

_A = "[A-Za-z0-9]"
_U = r"[A-Za-z0-9_\-]"
_X = "[0-9a-f]"

RULES = (
    token("sk_key", ("sk-",), rf"sk-(?:[a-z0-9]{{1,10}}-){{0,3}}{_U}{{20,200}}", mixed=True),
    token("langfuse", ("pk-lf-", "sk-lf-"), rf"[ps]k-lf-{_X}{{8}}-{_X}{{4}}-{_X}{{4}}-{_X}{{4}}-{_X}{{12}}"),
    token("huggingface", ("hf_", "api_org_"), rf"(?:hf_|api_org_){_A}{{30,40}}"),
    token("groq", ("gsk_",), rf"gsk_{_A}{{40,60}}"),
    token("xai", ("xai-",), rf"xai-{_A}{{60,90}}"),
    token("perplexity", ("pplx-",), rf"pplx-{_A}{{40,60}}"),
    token("replicate", ("r8_",), rf"r8_{_A}{{35,42}}"),
    token("tavily", ("tvly-",), rf"tvly-(?:dev-|prod-)?{_U}{{28,48}}"),
    token("langsmith", ("lsv2_", "ls__"), rf"(?:lsv2_(?:pt|sk)_{_X}{{32}}_{_X}{{10}}|ls__{_X}{{32}})"),
    token("nvidia", ("nvapi-",), rf"nvapi-{_U}{{40,90}}"),
    token("fireworks", ("fw_", "fpk_"), rf"(?:fw|fpk)_{_A}{{20,40}}", mixed=True),
    token("cerebras", ("csk-",), rf"csk-{_A}{{40,60}}"),
    token("together", ("tgp_v1_",), rf"tgp_v1_{_U}{{40,50}}"),
    token("elevenlabs", ("sk_",), rf"sk_{_X}{{48}}"),
    token("pinecone", ("pcsk_",), rf"pcsk_{_U}{{50,80}}"),
    token("wandb", ("wandb_v1_",), rf"wandb_v1_{_U}{{40,90}}"),
    token("jina", ("jina_",), rf"jina_{_U}{{50,70}}"),
    token("exa_firecrawl", ("fc-",), rf"fc-{_X}{{32}}"),
    token("bedrock", ("ABSK", "bedrock-api-key-"), r"(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/]{60,}={0,2}"),
)
