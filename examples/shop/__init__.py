"""A sample application: the support assistant of a shop that sells kitchen machines.

It is plain OpenAI and Anthropic SDK code; nothing in it knows that it is observed. `python -m shop` works through one
day of customers: `day.py` is the plan of it, `assistant.py` and `claude.py` are the conversations, `mishaps.py` is what
goes wrong.
"""
