"""How a strategic overseer's inspections follow what inspecting pays. One kind a file."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from oversight.documents.schema import kind_of, sections
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
    """The type of a response by its `kind`; one that has no parameters may be written as the bare word."""
    parameters = {kind_of(response): set(response.model_fields) - {"kind"} for response in sections(responses)}
    bare = tuple(kind for kind, its in parameters.items() if not its)

    def from_word(value: Any) -> Any:
        if isinstance(value, str) and parameters.get(value):
            raise ValueError(f"`{value}` has parameters: write {{kind: {value}, ...}}")
        return {"kind": value} if isinstance(value, str) else value

    return Annotated[responses, BeforeValidator(from_word, json_schema_input_type=responses | Literal[bare])]


if TYPE_CHECKING:
    AnyResponse = Response
else:
    AnyResponse = worded(RESPONSES.union())

__all__ = ["RESPONSES", "AnyResponse", "Response", "worded"]
