"""Ordinary prose of the kind applications send to models: which part of a pattern is rare is measured on it."""

from __future__ import annotations

from typing import Final

__all__ = ["PROSE"]

PROSE: Final = (
    "Please write a short description of the new system and tell me what the first version should have. The "
    "user wants to see the name, the email and the message on one page, so you can use the same model for all of them.",
    "Give me a list of the best books about history. What is the difference between the original and the second "
    "edition? I know that you have read everything from the early period, and I would like to get your opinion.",
    "The assistant can show the current weather, read a file or send a note. If the answer is too long, make it "
    "shorter and say why. Do not include the code; just explain the steps in simple words, without any formula.",
    "You are a friendly teacher. Create an exercise with two questions and provide the answers at the end. Then write "
    "a story that begins with a storm, in which the secret of the old house is found by the children.",
    "To run the script, open a terminal and call the function with the path of the data. The output is a table; add a "
    "column for the date, and print the total. All rules of the game are described in the document above.",
    "Dear team, the meeting has been moved to Monday. Before we start, everyone should send the numbers of the last "
    "month to me. As discussed earlier, the budget has no limits set so far, and the price must not change again.",
    "How do I reset my password? The admin said the token for the session had expired. What are the security settings, "
    "and which content does the filter block? My account, my files and my personal information are not shown any more.",
    "He has never been to the sea, and she could not stop laughing when he asked for directions. They both had to take "
    "a test, follow the orders of the doctor and keep their training for another week, or the season would be over.",
    "Summarize the following text, translate it into German and format the result as JSON with the keys title, author "
    "and year: https://example.com/articles?id=12&lang=en. The context is a research project on language and ethics.",
    "System: Linux, version 6. Note: the task was completed on time, and the process uses 40 percent of the memory. "
    "Important: the instructions for the device are in the box, in English, French and Spanish.",
)
