"""`spanwise incident`: what changed while an alert fired, for whom, and what explains it, with numbers.

One analysis over two sources: the local store, or Prometheus and Tempo.
"""
