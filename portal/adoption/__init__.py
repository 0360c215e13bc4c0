"""The adoption page: does the rollout work? One page of figures for executives, the same on paper and as a file.

URL: /adoption. No tables of its own: it reads the snapshots of the measures and nothing else.
"""
