"""What the kinds of each seam promise, one file a seam. The actors' are in `oversight.contract.promises`."""

from oversight.contract.kits.beliefs import BELIEF_PROMISES
from oversight.contract.kits.distributions import DISTRIBUTION_PROMISES
from oversight.contract.kits.harms import HARM_PROMISES
from oversight.contract.kits.monitoring import MONITORING_PROMISES
from oversight.contract.kits.promise import KindPromise
from oversight.contract.kits.responses import RESPONSE_PROMISES
from oversight.contract.kits.sanctions import SANCTION_PROMISES

KITS: dict[str, tuple[KindPromise, ...]] = {
    "beliefs": BELIEF_PROMISES,
    "distributions": DISTRIBUTION_PROMISES,
    "harms": HARM_PROMISES,
    "monitoring": MONITORING_PROMISES,
    "responses": RESPONSE_PROMISES,
    "sanctions": SANCTION_PROMISES,
}
"""By seam."""

__all__ = ["KITS", "KindPromise"]
