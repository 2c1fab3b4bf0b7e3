"""The demo story: Thamesmarch Police, a fictional force around real recorded crimes of London.

Everything is made through the real loader and the real commands, from a fixed seed; only the
force itself (units, people, posts) is put in by the owner, as an installation would be.
"""

from peel.site.demo.build import build, people

__all__ = ["build", "people"]
