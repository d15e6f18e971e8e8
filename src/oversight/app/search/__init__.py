"""The Search tab: the best setting of some numbers of the policy, found beside the running society."""

from oversight.app.search.search import Search
from oversight.app.search.work import Work

__all__ = ["Search", "Work"]
