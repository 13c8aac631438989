"""Attribute names: the GenAI semantic conventions' first, then what none covers, under `spanwise.`.

Source: open-telemetry/semantic-conventions-genai, the names that libraries emit in 2026 (v1.41 and the renames
of its main branch that are already on the wire, such as `cache_write`).
"""

from __future__ import annotations

# Operation
OPERATION_NAME = "gen_ai.operation.name"
PROVIDER_NAME = "gen_ai.provider.name"
OUTPUT_TYPE = "gen_ai.output.type"
CONVERSATION_ID = "gen_ai.conversation.id"
AGENT_NAME = "gen_ai.agent.name"
AGENT_ID = "gen_ai.agent.id"
TOOL_NAME = "gen_ai.tool.name"
PROMPT_NAME = "gen_ai.prompt.name"
PROMPT_VERSION = "gen_ai.prompt.version"
DATA_SOURCE_ID = "gen_ai.data_source.id"

# Request
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
REQUEST_TEMPERATURE = "gen_ai.request.temperature"
REQUEST_TOP_P = "gen_ai.request.top_p"
REQUEST_TOP_K = "gen_ai.request.top_k"
REQUEST_FREQUENCY_PENALTY = "gen_ai.request.frequency_penalty"
REQUEST_PRESENCE_PENALTY = "gen_ai.request.presence_penalty"
REQUEST_STOP_SEQUENCES = "gen_ai.request.stop_sequences"
REQUEST_SEED = "gen_ai.request.seed"
REQUEST_CHOICE_COUNT = "gen_ai.request.choice.count"
REQUEST_STREAM = "gen_ai.request.stream"
REQUEST_REASONING_LEVEL = "gen_ai.request.reasoning.level"
REQUEST_PREVIOUS_RESPONSE_ID = "gen_ai.request.previous_response.id"
REQUEST_ENCODING_FORMATS = "gen_ai.request.encoding_formats"
EMBEDDINGS_DIMENSION_COUNT = "gen_ai.embeddings.dimension.count"

# Response
RESPONSE_ID = "gen_ai.response.id"
RESPONSE_MODEL = "gen_ai.response.model"
RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons"
RESPONSE_TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"

# Usage
USAGE_INPUT_TOKENS = "gen_ai.usage.input_tokens"
USAGE_OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
USAGE_CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens"
USAGE_CACHE_WRITE_TOKENS = "gen_ai.usage.cache_write.input_tokens"
USAGE_REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens"
USAGE_INPUT_AUDIO_TOKENS = "gen_ai.usage.audio.input_tokens"
USAGE_OUTPUT_AUDIO_TOKENS = "gen_ai.usage.audio.output_tokens"
USAGE_CACHE_READ_AUDIO_TOKENS = "gen_ai.usage.audio.cache_read.input_tokens"
USAGE_INPUT_IMAGE_TOKENS = "gen_ai.usage.image.input_tokens"
USAGE_OUTPUT_IMAGE_TOKENS = "gen_ai.usage.image.output_tokens"

# Content, opt-in
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions"
TOOL_DEFINITIONS = "gen_ai.tool.definitions"

# OpenAI
OPENAI_REQUEST_SERVICE_TIER = "openai.request.service_tier"
OPENAI_RESPONSE_SERVICE_TIER = "openai.response.service_tier"
OPENAI_RESPONSE_SYSTEM_FINGERPRINT = "openai.response.system_fingerprint"
OPENAI_API_TYPE = "openai.api.type"

# General
ERROR_TYPE = "error.type"
SERVER_ADDRESS = "server.address"
SERVER_PORT = "server.port"
USER_ID = "user.id"
SESSION_ID = "session.id"
EXCEPTION_TYPE = "exception.type"
EXCEPTION_MESSAGE = "exception.message"
EXCEPTION_STACKTRACE = "exception.stacktrace"

# User context that no convention covers
FEATURE = "spanwise.feature"
ENDPOINT = "spanwise.endpoint"
TENANT = "spanwise.tenant"
TIER = "spanwise.tier"
EXPERIMENT = "spanwise.experiment"
VARIANT = "spanwise.variant"
MODEL_VERSION = "spanwise.model_version"
CONSENT = "spanwise.consent"
JURISDICTION = "spanwise.jurisdiction"
RETENTION = "spanwise.retention"

# Outcome and stream
OUTCOME = "spanwise.outcome"
ATTEMPTS = "spanwise.attempts"
STREAM_END = "spanwise.stream.end"
STREAM_CHUNKS = "spanwise.stream.chunks"
STREAM_MAX_GAP = "spanwise.stream.max_gap"
TIME_PER_OUTPUT_TOKEN = "spanwise.time_per_output_token"
TOKENS_PER_SECOND = "spanwise.tokens_per_second"
USAGE_ESTIMATED = "spanwise.usage.estimated"
USAGE_CACHE_WRITE_1H_TOKENS = "spanwise.usage.cache_write_1h.input_tokens"
UNPARSED = "spanwise.unparsed"
CONTENT_TRUNCATED = "spanwise.content.truncated"
MERGED_SOURCES = "spanwise.merged_sources"

# Cost
COST_AMOUNT = "spanwise.cost.amount"
COST_INPUT = "spanwise.cost.input"
COST_OUTPUT = "spanwise.cost.output"
COST_CURRENCY = "spanwise.cost.currency"
COST_SOURCE = "spanwise.cost.source"
COST_UNPRICED = "spanwise.cost.unpriced"
COST_PROVIDER_REPORTED = "spanwise.cost.provider_reported"

# Screening
SCREEN_FLAGGED = "spanwise.screen.flagged"
SCREEN_SCORE = "spanwise.screen.score"
SCREEN_CATEGORY = "spanwise.screen.category"
SCREEN_PLACE = "spanwise.screen.place"
SCREEN_RULES = "spanwise.screen.rules"
SCREEN_POSITIONS = "spanwise.screen.positions"
SCREEN_LEAK = "spanwise.screen.leak"
SCREEN_LEAKED = "spanwise.screen.leaked"
SCREEN_HARM = "spanwise.screen.harm"
SCREEN_HARM_POSITIONS = "spanwise.screen.harm.positions"
SCREEN_REFUSAL = "spanwise.screen.refusal"

# Abuse
ABUSE_FLAGGED = "spanwise.abuse.flagged"
ABUSE_REASONS = "spanwise.abuse.reasons"

# Evaluation events
EVALUATION_RESULT = "gen_ai.evaluation.result"
EVALUATION_NAME = "gen_ai.evaluation.name"
EVALUATION_SCORE = "gen_ai.evaluation.score.value"
EVALUATION_LABEL = "gen_ai.evaluation.score.label"
EVALUATION_EXPLANATION = "gen_ai.evaluation.explanation"
JUDGE_MODEL = "spanwise.judge.model"
JUDGE_COST = "spanwise.judge.cost"
JUDGE_FAULTS = "spanwise.judge.faults"
JUDGE_SKIPPED = "spanwise.judge.skipped"

# Redaction
REDACTION_COUNT = "spanwise.redaction.count"
REDACTION_TYPES = "spanwise.redaction.types"
REDACTION_POLICY = "spanwise.redaction.policy"
REDACTION_FAILED = "spanwise.redaction.failed"

# Sampling
SAMPLING_WEIGHT = "spanwise.sampling.weight"
SAMPLING_REASON = "spanwise.sampling.reason"
