"""The statistics and the judgement of a pilot, on values alone.

`distributions` holds the curves, `comparison` what the teams show, `feasibility` what a plan could show at all, `looks`
when one may look and how strictly, `verdict` what follows. Measured figures are floats here, since estimates are no
sums of money: nothing of it is paid or booked. Sentences are made where they are shown; here are keys only.
"""
