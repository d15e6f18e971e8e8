"""Kinds of one's own: found in files, packages and installed distributions, and laid beside the built-in ones."""

from oversight.plugins.kinds import SEAMS, Kinds, known_kinds, package_of, with_strangers
from oversight.plugins.load import load_plugins
from oversight.plugins.sources import digest, own_sources

__all__ = ["SEAMS", "Kinds", "digest", "known_kinds", "load_plugins", "own_sources", "package_of", "with_strangers"]
