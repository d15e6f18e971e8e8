"""Who is inspected. One rule a file."""

from typing import TYPE_CHECKING

from oversight.policy.monitoring.monitoring import Monitoring, PaidByInspection
from oversight.policy.monitoring.overseer import Overseer
from oversight.policy.monitoring.responses import RESPONSES, Response
from oversight.seams import Seam

MONITORING = Seam(
    "monitoring",
    Monitoring,
    {
        "random_audit": "oversight.policy.monitoring.random_audit:RandomAudit",
        "audit_capacity": "oversight.policy.monitoring.audit_capacity:AuditCapacity",
        "targeted_audit": "oversight.policy.monitoring.targeted_audit:TargetedAudit",
        "record_based": "oversight.policy.monitoring.record_based:RecordBased",
        "investigation_capacity": "oversight.policy.monitoring.investigation_capacity:InvestigationCapacity",
        "crackdown": "oversight.policy.monitoring.crackdown:Crackdown",
        "strategic": "oversight.policy.monitoring.strategic:Strategic",
    },
)

if TYPE_CHECKING:
    AnyMonitoring = Monitoring
else:
    AnyMonitoring = MONITORING.union()

__all__ = [
    "MONITORING",
    "RESPONSES",
    "AnyMonitoring",
    "Monitoring",
    "Overseer",
    "PaidByInspection",
    "Response",
]
