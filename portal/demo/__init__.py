"""The demo company, made through the same commands as the pages. It loads only into a database without people."""

from portal.demo.loading import load

__all__ = ["load"]
