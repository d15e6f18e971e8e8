"""Which networks go with which actors and policies, and what to do about those that do not."""

from __future__ import annotations

from collections.abc import Sequence

from oversight.documents.schema import kind_of
from oversight.errors import Mistake
from oversight.networks import Network
from oversight.networks.network import MOST_LINKS
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry


def check_neighbours(network: Network | None, policy: Policy, population: Sequence[Entry]) -> None:
    """Hold a network to the population, and the entries that go by their neighbours to the network and the policy.

    Raises:
        LocatedError: an entry has no neighbours to go by, or the network cannot be made.
    """
    if network is not None:
        _check_size(network, sum(entry.size for entry in population))
    overseer = policy.monitoring.overseer
    for index, entry in enumerate(population):
        if entry.neighbourly and network is None:
            who = f"belief {kind_of(type(entry.belief))}" if entry.belief.of_neighbours else f"kind {entry.kind}"
            message = f"is missing, and {who} of `{entry.label}` goes by its neighbours"
            raise LocatedError(("network",), message, Mistake.MISSING, "Add `network: {kind: everyone}`.")
        if entry.neighbourly and overseer is not None and overseer.leads:
            message = "the response `leadership` commits to a rate by theory, which knows no neighbours"
            raise LocatedError(
                ("population", index, "kind"), message, Mistake.OTHER, "Choose another response, or another kind."
            )
        if network is not None and network.revision < 1 and entry.rule.turns(entry.rule_parameters()):
            message = f"is {network.revision:g}, and the actors of `{entry.label}` revise one at a time"
            raise LocatedError(("network", "revision"), message, Mistake.OTHER, "Leave one of the two out.")


def _check_size(network: Network, size: int) -> None:
    refused = network.refuses(size)
    if refused:
        raise LocatedError(("network", refused[0]), refused[1])
    links = network.number(size)
    if links > MOST_LINKS:
        message = f"has about {links:,.0f} links; at most {MOST_LINKS:,}"
        raise LocatedError(("network",), message, Mistake.OTHER, "Take fewer actors or neighbours, or kind `everyone`.")
