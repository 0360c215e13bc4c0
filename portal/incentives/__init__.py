"""Rules that reward what helps the rollout: published before they apply, acknowledged, computed, explained line by line.

Nouns: rule, version, acknowledgement, evaluation, entry, posting. URL: /incentives. Points are extra pay only; nothing
here takes from wages. The ledger is double entry: what a person gets, the house gives; a correction is a reversal.
"""
