"""What uncertain facts do to a policy: which of them matter, when it fails, and how robust it is beside others."""

from oversight.report.uncertain.discovery import Discovered, discovered
from oversight.report.uncertain.draws import Draws, draws
from oversight.report.uncertain.regions import regions
from oversight.report.uncertain.robustness import robustness
from oversight.report.uncertain.tornado import tornado

__all__ = ["Discovered", "Draws", "discovered", "draws", "regions", "robustness", "tornado"]
