"""The audit log: one record of every call to a model, in a chain that shows every change made to it later.

A folder of JSON lines. Each record holds the hash of the one before; signed checkpoints let a third party verify the
chain with nothing but the public key. What identifies a person is a pseudonym, and content is encrypted, both by a key
of that person: to destroy the key is to erase the person, and the chain still holds.

`log` writes, `verify` proves, `report` counts, `subject_access` exports and erases, `retention` removes what is too
old.
"""
