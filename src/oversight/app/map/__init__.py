"""The Map tab: what the solver says over two numbers of the running policy."""

from oversight.app.map.map import Map

__all__ = ["Map"]
