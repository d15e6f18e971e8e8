"""Shares of a sweep, for batch queues that no scheduler of ours reaches: each runs into a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oversight.documents.whole import written_whole
from oversight.errors import InputError, Problem, UnfinishedError
from oversight.sweeps.design import Design
from oversight.sweeps.identity import digest_of, spelled
from oversight.sweeps.manifest import read_manifest
from oversight.sweeps.plan import Plan
from oversight.sweeps.store import Store

SHARES = "shares"
"""The folder of shares in that of a sweep."""
_FEW = 5


@dataclass(frozen=True)
class Share:
    """The `number`-th, from 1, of `of` shares that are about equally large."""

    number: int
    of: int

    @classmethod
    def parsed(cls, text: str) -> Share:
        """A share as it is written, `2/8`.

        Raises:
            InputError: it is not written so.
        """
        number, sign, of = text.partition("/")
        if not sign or not number.isdecimal() or not of.isdecimal() or not 1 <= int(number) <= int(of):
            remedy = "Write NUMBER/OF, the number from 1: --shard 2/8 is the second of eight."
            raise InputError(Problem(f"`{text}` is no share", "--shard", remedy=remedy))
        return cls(int(number), int(of))

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.number}-of-{self.of}"

    def of_shards(self, shards: int) -> Sequence[int]:
        """Which shards of a sweep are in it."""
        return range(self.number - 1, shards, self.of)


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest that all shares of a sweep agree on.

    Raises:
        InputError: there are none, or of two sweeps.
    """
    found: dict[Path, dict[str, Any]] = {}
    for each in _shares(folder):
        manifest = read_manifest(each)
        if manifest is not None:
            found[each] = manifest
    if not found:
        remedy = f"Run `oversight sweep ... --out {folder} --shard 1/8`, and the others, first."
        raise InputError(Problem("holds no shares of a sweep", file=str(folder / SHARES), remedy=remedy))
    (first, manifest), *others = found.items()
    for each, other in others:
        if any(manifest[name] != other[name] for name in ("hash", "design", "versions")):
            remedy = "Move one of them away: a merge is of one experiment, run by one version."
            raise InputError(Problem(f"is of another sweep than {first.name}", file=str(each), remedy=remedy))
    return {name: value for name, value in manifest.items() if name != "share"}


def refuse_unknown_kinds(folder: Path, manifest: dict[str, Any], design: Design) -> None:
    """Refuse to merge what is read in another way than it was run.

    Raises:
        InputError: design points are not those that were run.
    """
    if design.source.kinds.strangers or digest_of(spelled(design.keys)) != manifest["design"]["keys"]:
        files = ", ".join(manifest.get("plugins", {})) or "the file of each kind"
        remedy = f"Name the classes that it was run with: --plugins {files}"
        raise InputError(Problem("cannot be read as it was run", file=str(folder), remedy=remedy))


def gather(store: Store) -> None:
    """Copy the parts of all shares into the folder of the sweep, where they are not there yet."""
    store.begin()
    for each in _shares(store.folder):
        for part in sorted((each / store.parts.name).glob("part-*.parquet")):
            target = store.parts / part.name
            if not target.exists():
                with written_whole(target) as unfinished:
                    shutil.copyfile(part, unfinished)


def refuse_missing(folder: Path, plan: Plan, done: set[int]) -> None:
    """Refuse to summarise a sweep whose runs are not all there.

    Raises:
        UnfinishedError: it says which shares to run.
    """
    missing = [shard for shard in range(plan.shards) if shard not in done]
    if not missing:
        return
    of = int(_shares(folder)[0].name.rpartition("-")[2])
    shares = sorted({shard % of + 1 for shard in missing})
    shown = ", ".join(f"{number}/{of}" for number in shares[:_FEW])
    more = f" and {len(shares) - _FEW} more" if len(shares) > _FEW else ""
    runs = sum(map(plan.size, missing))
    raise UnfinishedError(
        f"{runs:,} of {plan.runs:,} runs are missing: give the sweep command again with --shard {shown}{more}, and "
        "then merge. What is there is kept."
    )


def _shares(folder: Path) -> list[Path]:
    return sorted((folder / SHARES).glob("*-of-*"))
