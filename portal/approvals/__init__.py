"""Decisions that wait for people: policies in versions, seats in order, a clock of working minutes, reminders.

The engine knows nothing of what is decided: rooms above put a subject into `slots.SUBJECTS`. A *seat* is a position
that has to decide (the manager of the one who asks, the holders of a role), not a person; whoever of its holders is
first decides for it. URLs: /approvals /approvals/policies
"""
