"""Where prices come from and how they become an amount: `tariff`, `catalogue` (genai-prices), `overrides` (own)."""
