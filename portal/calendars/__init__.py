"""Working-time calendars: hours of the week, holidays, make-up days, and until when they are confirmed.

Noun: calendar (/calendars). Regions name the calendar of their people; deadlines are counted on it with
`core.workclock`. Whoever keeps a deadline keeps the calendar's `version` with it and counts anew if it grew.
"""
