"""People, teams (a tree), regions (a tree), roles, dated memberships, sign-in and sessions; the audit view.

URLs: /login /logout /me /people /teams /regions /roles /audit
"""
