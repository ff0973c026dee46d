"""Tag IPTC Media Topics: the provider's own codes first, then a linear model over the shared token view."""

from worker.stages.topics.stage import TagTopics

__all__ = ["TagTopics"]
