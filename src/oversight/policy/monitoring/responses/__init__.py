"""How a strategic overseer's inspections follow what inspecting pays. One kind a file."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from oversight.policy.monitoring.responses.response import Response
from oversight.seams import Seam

RESPONSES = Seam(
    "responses",
    Response,
    {
        "best": "oversight.policy.monitoring.responses.best:Best",
        "logit": "oversight.policy.monitoring.responses.logit:Logit",
        "hedge": "oversight.policy.monitoring.responses.hedge:HedgeResponse",
        "imitation": "oversight.policy.monitoring.responses.imitation:Imitation",
        "leadership": "oversight.policy.monitoring.responses.leadership:Leadership",
    },
)


def worded(responses: Any) -> Any:
    """The type of a response by its `kind`; one that needs no parameter may be written as the bare word."""
    return Annotated[responses, BeforeValidator(_from_word, json_schema_input_type=responses | Literal[_BARE])]


def _from_word(value: Any) -> Any:
    if isinstance(value, str) and value in RESPONSES.built_in and value not in _BARE:
        raise ValueError(f"`{value}` has parameters: write {{kind: {value}, ...}}")
    return {"kind": value} if isinstance(value, str) else value


_BARE = tuple(
    kind
    for kind, response in RESPONSES.classes.items()
    if all(name == "kind" or not field.is_required() for name, field in response.model_fields.items())
    and len(response.model_fields) == 1
)

if TYPE_CHECKING:
    AnyResponse = Response
else:
    AnyResponse = worded(RESPONSES.union())

__all__ = ["RESPONSES", "AnyResponse", "Response", "worded"]
