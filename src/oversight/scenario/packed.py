"""A source as it travels to another process: classes stay behind, and their files are imported again there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oversight.actors import ACTORS
from oversight.actors.crew import CREW
from oversight.plugins import known_kinds
from oversight.scenario.schemas import schema_of
from oversight.scenario.source import Source


@dataclass(frozen=True)
class Packed:
    """The fields of a source that travel, and the kinds that are known to need one-by-one calls."""

    fields: dict[str, Any]
    one_by_one: list[str]

    @classmethod
    def of(cls, source: Source) -> Packed:
        """A source of this process."""
        fields = {name: getattr(source, name) for name in ("document", "plugins", "policies", "overrides")}
        return cls(fields, [kind for kind, rule in source.kinds.own(ACTORS).items() if CREW.needs_scalars(rule)])

    def opened(self, plugins: Sequence[str] | None = None) -> Source:
        """The source in another process, where its plug-ins may stand elsewhere."""
        files = self.fields["plugins"] if plugins is None else plugins
        data = self.fields["document"].data
        kinds = known_kinds(files, [data, self.fields["policies"]])
        CREW.one_by_one |= {kinds.own(ACTORS)[kind] for kind in self.one_by_one}
        return Source(model=schema_of(data, kinds), **self.fields)
