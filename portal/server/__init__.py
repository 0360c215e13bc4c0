"""Running an installation: web server, background work, first start, backup, doctor."""

from portal.server.running import link, serve, work

__all__ = ["link", "serve", "work"]
