"""Kinds of one's own: found in files, packages and installed distributions, and laid beside the built-in ones."""

from oversight.plugins.kinds import SEAMS, Kinds, known_kinds, with_strangers
from oversight.plugins.load import load_plugins
from oversight.plugins.sources import own_sources

__all__ = ["SEAMS", "Kinds", "known_kinds", "load_plugins", "own_sources", "with_strangers"]
