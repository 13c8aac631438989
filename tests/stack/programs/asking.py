"""One call that asks a model what the command line says."""

import sys

from openai import OpenAI

with OpenAI() as openai:
    openai.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": sys.argv[1]}])
