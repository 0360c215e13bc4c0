"""Programmes: a rollout as a whole, told by its goals, its seven phases and the barriers that hold people back.

Nouns: programme, goal, phase, barrier. URL: /programmes. Pilots belong to a programme and live in a room above; they
stand on its page through the slot `PILOTS`.
"""
