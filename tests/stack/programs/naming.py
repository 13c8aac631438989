"""Trains a small spaCy pipeline that finds names and addresses in sentences like these, and writes it to a folder."""

import random
import sys
from collections.abc import Iterator

import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import fix_random_seed

PEOPLE = ("Jane Miller", "Tom Becker", "Aisha Khan", "Luis Ortega", "Mary O'Neil", "Per Lund", "Ana Silva")
ADDRESSES = ("12 Baker Street, London", "7 Mill Lane, Leeds", "221 Elm Avenue, Boston", "9 Quay Road, Cork")
SENTENCES = (
    ("My name is {}, and my order is late.", PEOPLE, "PERSON"),
    ("Please call {} about the invoice.", PEOPLE, "PERSON"),
    ("{} wrote to us yesterday.", PEOPLE, "PERSON"),
    ("Send it to {} by Friday.", ADDRESSES, "ADDRESS"),
    ("I live at {} and nobody came.", ADDRESSES, "ADDRESS"),
    ("The parcel for order {} is late.", ("4711", "eleven"), ""),
)


def examples(pipeline: Language) -> Iterator[Example]:
    for sentence, fillings, label in SENTENCES:
        for filling in fillings:
            start = sentence.index("{}")
            entities = [(start, start + len(filling), label)] if label else []
            yield Example.from_dict(pipeline.make_doc(sentence.format(filling)), {"entities": entities})


def main(folder: str) -> None:
    random.seed(1)
    fix_random_seed(1)
    pipeline = spacy.blank("en")
    pipeline.add_pipe("ner")
    training = list(examples(pipeline))
    pipeline.initialize(lambda: training)
    for _ in range(20):
        random.shuffle(training)
        for first in range(0, len(training), 8):
            pipeline.update(training[first : first + 8])
    pipeline.to_disk(folder)


if __name__ == "__main__":
    main(sys.argv[1])
