"""Pilots: is the new way better, told by teams that work with it and teams that do not yet.

A pilot has a charter (the plan, frozen when signed), a cohort of pilot teams and of comparison teams, two windows of
weeks (baseline and pilot), criteria (a primary, a guardrail), looks that were reserved in advance, and a
gate decision: go, extend, stop or inconclusive. Teams are compared, never rows. URL: /pilots.
"""
