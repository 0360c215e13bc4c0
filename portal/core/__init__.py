"""What every room stands on: database, clock, events, jobs, search. Knows no Flask and no room."""
