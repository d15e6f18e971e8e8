"""What an inspection finds."""

from __future__ import annotations

from typing import ClassVar

from oversight.policy.panel import Panel
from oversight.quantities import Probability, Section, Share, quantity


class Detector(Section):
    """An inspected violator is flagged with `sensitivity`, a compliant actor with `false_positive_rate`."""

    meaning: ClassVar[str] = "What an inspection finds: it may miss a violation, or flag an actor who complied."

    sensitivity: Probability = quantity(
        "Sensitivity", "Probability that an inspected violator is flagged.", "probability", default=1.0
    )
    false_positive_rate: Probability = quantity(
        "False positive rate", "Probability that an inspected compliant actor is flagged.", "probability", default=0.0
    )
    harm_averted: Share = quantity(
        "Harm averted", "Share of the harm that is prevented when a violation is caught.", "share", default=0.0
    )
    panel: Panel | None = quantity(
        "Panel", "Several reviewers, each as good as `sensitivity` and `false_positive_rate` say.", default=None
    )

    def as_one(self) -> Detector:
        """The detector without a panel that flags as often as the panel does: itself where there is none."""
        if self.panel is None:
            return self
        return Detector.model_construct(
            sensitivity=self.panel.flags(self.sensitivity),
            false_positive_rate=self.panel.flags(self.false_positive_rate),
            harm_averted=self.harm_averted,
            panel=None,
        )
