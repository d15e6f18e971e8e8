"""Strict YAML of any kind: plain data with marks, dotted paths, overrides, problems in an editor's words."""
