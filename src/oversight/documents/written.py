"""Data as the text of a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML


def as_yaml(data: Mapping[str, Any]) -> str:
    """Plain data as YAML, in its own order, with short mappings on one line."""
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style = None
    writer.width = 88
    writer.sort_base_mapping_type_on_output = False
    writer.allow_unicode = True
    out = StringIO()
    writer.dump(dict(data), out)
    return out.getvalue()
