# ruff: noqa: INP001, T201 - a command
"""
Validate rendered resources: `valid.py 1.32 FILE`.

Kubernetes's own resources against its schemas, strictly: a field that it does not know is an error. For those of operators
(Strimzi, KEDA, Prometheus) it looks at what every resource has, and that names are names.
"""

import re
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

OPERATORS = ("kafka.strimzi.io/", "keda.sh/", "monitoring.coreos.com/")
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


def problems(resource: dict[str, Any], version: str) -> list[str]:
    """Say what is wrong with one resource."""
    if not NAME.fullmatch(resource["metadata"]["name"]):
        return ["its name is none that Kubernetes takes"]
    if resource["apiVersion"].startswith(OPERATORS):
        return [] if resource.get("spec") else ["it has no spec"]
    try:
        kubernetes_validate.validate(resource, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{'.'.join(map(str, error.path))}: {error.message}"]
    return []


def main() -> int:
    """Validate all resources of a file; exit code 1 if any is wrong, or if there is none."""
    version, path = sys.argv[1:]
    resources = [one for one in yaml.safe_load_all(Path(path).read_text(encoding="utf-8")) if one]
    found = [(one["kind"], one["metadata"]["name"], problem) for one in resources for problem in problems(one, version)]
    for kind, name, problem in found:
        print(f"{path}: {kind} {name}: {problem}", file=sys.stderr)
    names = [(one["kind"], one["metadata"]["name"]) for one in resources]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        print(f"{path}: more than once: {sorted(doubled)}", file=sys.stderr)
    print(f"{Path(path).name}: {len(resources)} resources, {len(found)} wrong")
    return 1 if found or doubled or not resources else 0


if __name__ == "__main__":
    sys.exit(main())
