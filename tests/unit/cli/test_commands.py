"""The command line: what there is, and how settings, topics and access rules are shown."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worker import cli
from worker.cli import COMMANDS, main

ROOT = Path(__file__).parents[3]


def run(*arguments: str, **environment: str) -> Result:
    """Run a command with some COPYDESK_ variables."""
    return CliRunner(env={f"COPYDESK_{name}": value for name, value in environment.items()}).invoke(main, arguments)


def test_help_lists_each_command_that_there_is() -> None:
    """Each module of the package with a command is declared, and each that is declared and there is listed with its line."""
    modules = {path.stem for path in Path(cli.__file__).parent.glob("*.py")} - {"__init__", "options"}
    text = run("--help").output

    assert modules <= {module for module, _ in COMMANDS.values()}
    for name, (module, line) in COMMANDS.items():
        assert (f"  {name} " in text) == (module in modules)
        assert (line.split(",")[0] in text) == (module in modules)


def test_help_imports_no_framework() -> None:
    """`copydesk --help` is quick because nothing is imported that it does not need."""
    code = (
        "import sys; from worker.cli import main; main(['--help'], standalone_mode=False);"
        "assert not {'faust', 'aiokafka', 'numpy', 'aiohttp'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    "name", [name for name, (module, _) in COMMANDS.items() if (Path(cli.__file__).parent / f"{module}.py").exists()]
)
def test_each_command_explains_itself(name: str) -> None:
    """Each command that there is has help."""
    result = run(name, "--help")

    assert result.exit_code == 0
    assert f"Usage: copydesk {name}" in result.output or f"Usage: main {name}" in result.output


def test_an_unknown_command_is_refused() -> None:
    """With a usage error."""
    assert run("nonsense").exit_code == 2


def test_config_shows_value_and_source() -> None:
    """What is set is told from what is default; a password is masked."""
    output = run("config", STALL="20s", SASL_PASSWORD="geheim").output  # noqa: S106 - made up

    assert "COPYDESK_STALL\t20s\tenvironment\t" in output
    assert "COPYDESK_CHUNK\t200\tdefault\t" in output
    assert "geheim" not in output


@pytest.mark.parametrize("arguments", [("config",), ("topics", "plan"), ("acls",), ("topics", "check")])
def test_a_wrong_setting_ends_a_command_with_its_name(arguments: tuple[str, ...]) -> None:
    """No traceback: the sentence, and exit code 1."""
    result = run(*arguments, CHUNK="0")

    assert result.exit_code == 1
    assert result.output.startswith("Error: COPYDESK_CHUNK is '0'; allowed is")


def test_the_plan_is_shown_in_three_ways() -> None:
    """A table for people, commands for a shell, resources for Strimzi: each has every topic."""
    for form, count in (("table", 1), ("commands", 1), ("strimzi", 2)):
        output = run("topics", "plan", "--as", form).output

        assert output.count("wire.prepared") == count
        assert output.count("copydesk.memory") == count
        assert "wire.topic.sport" in output


def test_a_broker_that_is_not_there_is_one_sentence() -> None:
    """The error says where it looked, over what, and why it failed."""
    result = run("topics", "check", BROKER="127.0.0.1:1")

    assert result.exit_code == 1
    assert result.output.startswith("Error: Kafka at 127.0.0.1:1 can't be reached over PLAINTEXT: ")
    assert len(result.output.splitlines()) == 1


def test_access_rules_are_printed_for_the_roles_named() -> None:
    """Only those, for the user named."""
    output = run("acls", "desk", "--user", "ck-{role}").output

    assert "User:ck-desk" in output
    assert "# intake" not in output


def test_the_package_has_the_command() -> None:
    """`copydesk` and `python -m worker` are the same."""
    done = subprocess.run([sys.executable, "-m", "worker", "--version"], check=True, cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.startswith("copydesk, version ")
    assert all(entry.value == "worker.cli:main" for entry in entry_points(group="console_scripts", name="copydesk"))
