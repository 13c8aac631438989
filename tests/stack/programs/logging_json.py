"""Logs as applications do: configured in one of several ways, or not at all."""

import logging
import logging.config
import sys

from openai import OpenAI

SECRET = "Mail grace.miller@gmail.com"


def main(way: str) -> None:
    if way == "basicConfig":
        logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    elif way == "dictConfig":
        handler = {"class": "logging.StreamHandler", "formatter": "f", "stream": "ext://sys.stdout"}
        formats = {"f": {"format": "%(levelname)s %(message)s"}}
        root = {"level": "INFO", "handlers": ["h"]}
        logging.config.dictConfig({"version": 1, "formatters": formats, "handlers": {"h": handler}, "root": root})
    elif way == "handler":
        added = logging.StreamHandler(sys.stdout)
        logging.getLogger().addHandler(added)
        added.setFormatter(logging.Formatter("%(message)s"))
        logging.getLogger().setLevel(logging.INFO)
    shop = logging.getLogger("shop")
    with OpenAI() as client:
        client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}])
    shop.info("informed")
    shop.warning(SECRET, extra={"order": {"password": "hunter2", "number": 7}})


if __name__ == "__main__":
    main(sys.argv[1])
