"""Three calls as an application makes them: whole, streamed, and with another SDK. Logs what it was asked."""

import logging

from anthropic import Anthropic
from openai import OpenAI
from opentelemetry._logs import get_logger

QUESTION = "Please write to grace.miller@gmail.com about card 4539 1488 0343 6467."


def main() -> None:
    logging.warning("asked: %s", QUESTION)
    get_logger("shop").emit(body=f"asked: {QUESTION}")
    with OpenAI() as openai, Anthropic() as anthropic:
        whole = openai.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": QUESTION}])
        print(whole.choices[0].finish_reason)
        stream = openai.chat.completions.create(
            model="gpt-4.1-mini",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
        print(len("".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)))
        answer = anthropic.messages.create(
            model="claude-haiku-4-5", max_tokens=500, messages=[{"role": "user", "content": QUESTION}]
        )
        print(answer.stop_reason)


if __name__ == "__main__":
    main()
