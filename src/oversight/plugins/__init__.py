"""Kinds of one's own: found in files, packages and installed distributions, and laid beside the built-in ones."""

from oversight.plugins.kinds import SEAMS, Kinds, known_kinds, package_of, with_strangers
from oversight.plugins.load import load_plugins
from oversight.plugins.objects import Plugin, is_object, name_of
from oversight.plugins.sources import digest, own_sources

__all__ = [
    "SEAMS",
    "Kinds",
    "Plugin",
    "digest",
    "is_object",
    "known_kinds",
    "load_plugins",
    "name_of",
    "own_sources",
    "package_of",
    "with_strangers",
]
