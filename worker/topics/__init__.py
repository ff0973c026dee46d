"""The topics: what they are called and how they are made, declared once; and whether the cluster has them so."""

from worker.topics.check import Problem, TopicsError, check, create, refuse
from worker.topics.plan import Names, Topic, plan, transactional_id

__all__ = ["Names", "Problem", "Topic", "TopicsError", "check", "create", "plan", "refuse", "transactional_id"]
