"""What the kinds of each seam promise, one file a seam. The actors' are in `oversight.contract.promises`."""

from oversight.contract.kits.beliefs import BELIEF_PROMISES
from oversight.contract.kits.distributions import DISTRIBUTION_PROMISES
from oversight.contract.kits.games import GAME_PROMISES
from oversight.contract.kits.harms import HARM_PROMISES
from oversight.contract.kits.measures import MEASURE_PROMISES
from oversight.contract.kits.monitoring import MONITORING_PROMISES
from oversight.contract.kits.principals import PRINCIPAL_PROMISES
from oversight.contract.kits.promise import KindPromise
from oversight.contract.kits.responses import RESPONSE_PROMISES
from oversight.contract.kits.sanctions import SANCTION_PROMISES
from oversight.contract.kits.welfare import WELFARE_PROMISES

KITS: dict[str, tuple[KindPromise, ...]] = {
    "beliefs": BELIEF_PROMISES,
    "distributions": DISTRIBUTION_PROMISES,
    "games": GAME_PROMISES,
    "harms": HARM_PROMISES,
    "measures": MEASURE_PROMISES,
    "monitoring": MONITORING_PROMISES,
    "principals": PRINCIPAL_PROMISES,
    "responses": RESPONSE_PROMISES,
    "sanctions": SANCTION_PROMISES,
    "welfare": WELFARE_PROMISES,
}
"""By seam."""

__all__ = ["KITS", "KindPromise"]
