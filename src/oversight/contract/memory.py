"""What earlier processes found of a class, in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from oversight.actors import Actor
from oversight.plugins import own_sources


@dataclass(frozen=True)
class Finding:
    """What was found of a class: the promise that it breaks and how (empty where it keeps all), and how it is run."""

    promise: str = ""
    failure: str = ""
    one_by_one: bool = False
    partly: bool = False
    """Whether it was cut off before all was examined."""


def place_of(rule: type[Actor], given: Mapping[str, Any]) -> Path | None:
    """Where the finding of this version of a class is remembered; None of a class without a file.

    The version is that of its file and its own helpers, of the package, of Python and of numpy.
    """
    module = sys.modules.get(rule.__module__)
    file = getattr(module, "__file__", None)
    if file is None or rule.__module__ == "__main__":
        return None
    package = sys.modules.get(rule.__module__.partition(".")[0])
    folders = getattr(package, "__path__", None)
    digest = hashlib.sha256()
    versions = version("oversight"), platform.python_version(), version("numpy")
    for part in (rule.__qualname__, repr(sorted(given.items())), *versions):
        digest.update(part.encode())
    for source in own_sources(Path(folders[0]) if folders else file):
        digest.update(source.read_bytes())
    return _folder() / f"{digest.hexdigest()}.json"


def recall(place: Path | None) -> Finding | None:
    """What was found of this version, None if nothing was."""
    if place is None:
        return None
    with suppress(OSError, ValueError, TypeError):
        return Finding(**json.loads(place.read_text(encoding="utf-8")))
    return None


def remember(place: Path | None, found: Finding) -> None:
    """Keep a finding for later processes, where the folder can be written to."""
    if place is None:
        return
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_text(json.dumps(asdict(found)), encoding="utf-8")
        os.replace(unfinished, place)


def _folder() -> Path:
    from platformdirs import user_cache_path

    own = os.environ.get("OVERSIGHT_CACHE")
    return (Path(own) if own else user_cache_path("oversight")) / "contract"
