"""Check all kinds of rules, and try them on a sample."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from worker.desk.routes import Routes
from worker.model import Raw
from worker.outcome import Reject
from worker.pipeline import Pipeline
from worker.rulecheck.finding import Finding
from worker.rulecheck.footers import Footers
from worker.rulecheck.others import Keywords, Providers, RouteRules
from worker.rulecheck.signals import SignalRules
from worker.rules.load import Rules

__all__ = ["Report", "check"]


class _Kind(Protocol):
    """One kind of rules, ready to be checked."""

    @property
    def examples(self) -> int:
        """The number of examples."""

    def failures(self) -> Iterable[Finding]:
        """Run the examples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    What was found.

    `examples` counts those that were run, by kind; `failures` are examples that fail, `warnings` what is worth a look, `never` the
    rules that did nothing on the sample of `items` items.
    """

    examples: dict[str, int]
    failures: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    never: tuple[Finding, ...]
    items: int


def check(rules: Rules, sample: Iterable[Raw | Reject] | None = None) -> Report:
    """
    Run all examples.

    Args:
        rules: the package's rules and an operator's.

        sample: messages on which every rule should fire at least once.

    Raises:
        RuleError: a file or a rule can't be read; says which.
    """
    footers, signals, routes, providers, keywords = (
        Footers(rules), SignalRules(rules), RouteRules(rules), Providers(rules), Keywords(rules),
    )  # fmt: skip
    kinds: Mapping[str, _Kind] = {
        "footers": footers,
        "signals": signals,
        "routes": routes,
        "providers": providers,
        "topics": keywords,
    }
    never: list[Finding] = []
    items = 0
    if sample is not None:
        pipeline, table = Pipeline.from_rules(rules), Routes.from_rules(rules)
        fired: dict[str, set[str]] = {"footers": set(), "signals": set(), "routes": set()}
        drafts = chain.from_iterable(pipeline.prepare(raw) for raw in sample if isinstance(raw, Raw))
        for draft in drafts:
            if isinstance(draft, Reject):
                continue
            items += 1
            fired["footers"] |= footers.fired(draft)
            fired["signals"] |= signals.fired(draft)
            fired["routes"] |= set(table.of(draft))
        never = [*footers.never(fired["footers"]), *signals.never(fired["signals"]), *routes.never(fired["routes"])]
    return Report(
        examples={name: one.examples for name, one in kinds.items()},
        failures=tuple(chain(*(one.failures() for one in kinds.values()))),
        warnings=tuple(chain(footers.warnings(), signals.warnings(), routes.warnings(), providers.warnings())),
        never=tuple(never),
        items=items,
    )
