"""The controls of a scenario in the browser."""

from oversight.app.panel.control_panel import ControlPanel

__all__ = ["ControlPanel"]
