"""A share of the calls is shown, redacted, to a language model in the background; its scores are evaluation events."""
