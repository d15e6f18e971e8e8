"""Who sees whom: one file a kind."""

from typing import Annotated

from pydantic import Field

from oversight.networks.everyone import Everyone
from oversight.networks.file import Listed
from oversight.networks.network import Network
from oversight.networks.random import Random
from oversight.networks.ring import Ring
from oversight.networks.scale_free import ScaleFree
from oversight.networks.small_world import SmallWorld

AnyNetwork = Annotated[Everyone | Ring | SmallWorld | Random | ScaleFree | Listed, Field(discriminator="kind")]

__all__ = ["AnyNetwork", "Everyone", "Listed", "Network", "Random", "Ring", "ScaleFree", "SmallWorld"]
