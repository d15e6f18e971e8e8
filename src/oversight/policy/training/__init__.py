"""Values loaded into actors: the policy's fourth part. One kind a file."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from oversight.policy.training.drift import Drift
from oversight.policy.training.palette import Palette
from oversight.policy.training.proxy import Proxy
from oversight.policy.training.training import Training
from oversight.policy.training.weights import Weights


def _written_out(value: Any) -> Any:
    """Training without a kind states weights."""
    return {"kind": "weights", **value} if isinstance(value, dict) and "kind" not in value else value


if TYPE_CHECKING:
    AnyTraining = Training
else:
    AnyTraining = Annotated[Annotated[Weights | Palette, Field(discriminator="kind")], BeforeValidator(_written_out)]

__all__ = ["AnyTraining", "Drift", "Palette", "Proxy", "Training", "Weights"]
