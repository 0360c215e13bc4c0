"""Working-time calendars: hours of the week, holidays, make-up days, and until when they are confirmed.

Noun: calendar (/calendars). Regions name the calendar of their people; deadlines are counted on it with
`core.workclock`. Whoever keeps a deadline hears through `slots.CHANGED` that a calendar was changed, and counts anew.
"""
