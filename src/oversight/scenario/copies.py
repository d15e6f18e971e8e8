"""Actors of one entry, or of several, that are copies of one system and err together."""

from __future__ import annotations

from oversight.quantities import Name, Section, Share, quantity


class Copies(Section):
    """One normal factor z a period moves the opportunities of all copies: Vasicek (2002), Risk 15, 160.

    The place of each one's draw in its distribution is Phi(sqrt(rho) z + sqrt(1 - rho) e) with e its own, so that a
    single actor's opportunities are as they would be without. Of a gain that varies, it is the gain's own draw; of a
    constant gain the draw by which a class decides by chance.
    """

    correlation: Share = quantity("Correlation", "Between what moves two copies: rho.")
    persistent: bool = quantity("Persistent", "Whether the factor is drawn once for a run.", default=False)
    family: Name | None = quantity("Family", "Entries of one family share the factor.", default=None)
