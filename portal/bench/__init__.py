"""`portal bench`: how fast the pages are, as ratios to a bare answer of the same server in the same run.

A number of requests a second says as much about the machine as about the program; the ratio to a WSGI function that
answers two bytes, served by the same server to the same client in the same minute, can be compared.
"""

from portal.bench.running import run

__all__ = ["run"]
