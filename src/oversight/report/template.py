"""Pages as one HTML text that needs nothing else."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from oversight.report.downloads import script_json
from oversight.report.views import View


def rendered(template: str, name: str, views: dict[str, View | None], **values: Any) -> str:
    """A page of the folder `page` with its figures; `name` is that of images that readers save."""
    environment = Environment(
        loader=PackageLoader("oversight.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(
        **values,
        views=views,
        plotly=files("oversight.report").joinpath("vendored", "plotly-cartesian.min.js").read_text("utf-8"),
        data=script_json({"name": name, "views": {view.name: view.as_json() for view in views.values() if view}}),
    )
