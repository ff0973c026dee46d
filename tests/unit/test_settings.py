"""Settings are read from a mapping; what is wrong is refused in words."""

import json
from pathlib import Path

import pytest

from worker.cli.config import markdown
from worker.setting import RawTopic, Secret
from worker.settings import Settings, SettingsError, explain

ROOT = Path(__file__).parents[2]


def test_the_defaults_are_read_from_an_empty_environment() -> None:
    """Without variables all defaults hold, and they contradict each other nowhere."""
    assert Settings.from_env({}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("COPYDESK_BROKER", "a:1, b:2", "broker", "a:1,b:2"),
        ("COPYDESK_BROKER", "[::1]:9092", "broker", "[::1]:9092"),
        ("COPYDESK_TOPIC_PREFIX", "news-", "topic_prefix", "news-"),
        ("COPYDESK_RAW_TOPICS", "one=afp, two", "raw_topics", (RawTopic("one", "afp"), RawTopic("two"))),
        ("COPYDESK_FINGERPRINT_WINDOW", "36h", "fingerprint_window", 36 * 3_600_000),
        ("COPYDESK_STALL", "20 ms", "stall", 20),
        ("COPYDESK_MAX_ITEM_BYTES", "2MiB", "max_item_bytes", 2_097_152),
        ("COPYDESK_MAX_ITEM_BYTES", "4096", "max_item_bytes", 4096),
        ("COPYDESK_PRECEDENCE", "ap,dpa", "precedence", ("ap", "dpa")),
        ("COPYDESK_RULES", "/etc/copydesk/rules", "rules", Path("/etc/copydesk/rules")),
        ("COPYDESK_LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("COPYDESK_CHUNK", "1", "chunk", 1),
        ("COPYDESK_CHUNK", "  ", "chunk", Settings().chunk),
    ],
)
def test_a_value_is_read_by_its_kind(variable: str, text: str, field: str, value: object) -> None:
    """What is allowed is read into the field's own type; an empty variable counts as not set."""
    assert getattr(Settings.from_env({variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("COPYDESK_BROKER", "localhost"),
        ("COPYDESK_BROKER", "kafka://localhost:9092"),
        ("COPYDESK_BROKER", "localhost:70000"),
        ("COPYDESK_TOPIC_PREFIX", "wire/"),
        ("COPYDESK_RAW_TOPICS", "one,one=afp"),
        ("COPYDESK_RAW_TOPICS", "one="),
        ("COPYDESK_RAW_TOPICS", ","),
        ("COPYDESK_STALL", "5"),
        ("COPYDESK_STALL", "-5ms"),
        ("COPYDESK_STALL", "1.5s"),
        ("COPYDESK_MAX_ITEM_BYTES", "1MB"),
        ("COPYDESK_CHUNK", "0"),
        ("COPYDESK_CHUNK", "many"),
        ("COPYDESK_WEB_PORT", "65536"),
        ("COPYDESK_SECURITY_PROTOCOL", "TLS"),
        ("COPYDESK_OAUTH_PROVIDER", "module.name"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(variable: str, text: str) -> None:
    """The message names the variable, its value and what is allowed."""
    with pytest.raises(SettingsError, match="allowed is") as caught:
        Settings.from_env({variable: text})

    assert str(caught.value).startswith(f"{variable} is {text!r}; ")


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Two wrong variables give two lines."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"COPYDESK_CHUNK": "x", "COPYDESK_STALL": "y"})

    assert len(str(caught.value).splitlines()) == 2


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    """A misspelt variable would otherwise be ignored in silence."""
    with pytest.raises(SettingsError, match=r"COPYDESK_BROKR is no setting; the nearest is COPYDESK_BROKER$"):
        Settings.from_env({"COPYDESK_BROKR": "a:1"})


def test_variables_of_others_are_no_business_of_ours() -> None:
    """What does not begin with COPYDESK_ is not looked at."""
    assert Settings.from_env({"BROKER": "x", "XCOPYDESK_BROKER": "x"}) == Settings()


@pytest.mark.parametrize(
    "name",
    [
        "COPYDESK_SERVICE_HOST",
        "COPYDESK_SERVICE_PORT",
        "COPYDESK_SERVICE_PORT_METRICS",
        "COPYDESK_PORT",
        "COPYDESK_PORT_9464_TCP",
        "COPYDESK_PORT_9464_TCP_ADDR",
        "COPYDESK_DESK_PORT_9464_TCP_PROTO",
    ],
)
def test_what_kubernetes_sets_for_a_service_of_our_name_is_ignored(name: str) -> None:
    """Kubernetes puts such variables into every pod beside a service named copydesk; a worker must start all the same."""
    assert Settings.from_env({name: "tcp://10.0.0.1:9464"}) == Settings()


def test_a_service_link_in_a_setting_of_ours_is_explained() -> None:
    """A service named copydesk-web sets COPYDESK_WEB_PORT; the message says where that comes from."""
    with pytest.raises(SettingsError, match="enableServiceLinks: false"):
        Settings.from_env({"COPYDESK_WEB_PORT": "tcp://10.0.0.1:80"})


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"COPYDESK_IDENTITY_WINDOW": "1d"}, "COPYDESK_IDENTITY_WINDOW is shorter"),
        ({"COPYDESK_RAW_TOPICS": "wire.prepared"}, "wire.prepared is an output topic"),
        ({"COPYDESK_MEMORY_TOPIC": "wire.held"}, "wire.held is an output topic"),
        ({"COPYDESK_MEMORY_TOPIC": "wire.raw"}, "COPYDESK_MEMORY_TOPIC is wire.raw"),
        ({"COPYDESK_RUNS_TOPIC": "copydesk.memory"}, "COPYDESK_RUNS_TOPIC is copydesk.memory"),
        ({"COPYDESK_SECURITY_PROTOCOL": "SASL_SSL", "COPYDESK_SASL_USERNAME": "a"}, "COPYDESK_SASL_PASSWORD is not set"),
        (
            {"COPYDESK_SECURITY_PROTOCOL": "SASL_SSL", "COPYDESK_SASL_MECHANISM": "OAUTHBEARER"},
            "COPYDESK_OAUTH_PROVIDER is not",
        ),
        ({"COPYDESK_SASL_USERNAME": "a"}, "nobody logs in over PLAINTEXT"),
        ({"COPYDESK_SSL_CAFILE": "/ca.pem"}, "PLAINTEXT has no TLS"),
        ({"COPYDESK_SECURITY_PROTOCOL": "SSL", "COPYDESK_SSL_KEYFILE": "/key.pem"}, "without COPYDESK_SSL_CERTFILE"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(environment: dict[str, str], said: str) -> None:
    """What is right alone and wrong together is an error that names the variables."""
    with pytest.raises(SettingsError, match=said):
        Settings.from_env(environment)


def test_a_secret_shows_itself_nowhere() -> None:
    """Neither printing the settings, nor formatting, nor an error about them gives a password away."""
    environment = {
        "COPYDESK_SECURITY_PROTOCOL": "SASL_SSL",
        "COPYDESK_SASL_USERNAME": "a",
        "COPYDESK_SASL_PASSWORD": "geheim",
    }
    settings = Settings.from_env(environment)
    password = settings.sasl_password

    assert password is not None
    shown = [repr(settings), str(settings), f"{password} {password!r}", str(explain(environment))]
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**environment, "COPYDESK_CHUNK": "0"})

    assert "geheim" not in "".join([*shown, str(caught.value)])
    assert password.reveal() == "geheim"
    assert json.dumps(str(password)) == '"***"'
    assert type(Secret("x").reveal()) is str


def test_what_is_set_is_told_from_what_is_default() -> None:
    """`explain` gives value and source of each setting."""
    shown = {setting.name: setting for setting in explain({"COPYDESK_RETENTION": "1500m"})}

    assert (shown["COPYDESK_RETENTION"].value, shown["COPYDESK_RETENTION"].source) == ("25h", "environment")
    assert (shown["COPYDESK_STALL"].value, shown["COPYDESK_STALL"].source) == ("2m", "default")


def test_each_default_is_written_so_that_it_can_be_read() -> None:
    """What `copydesk config` shows as a default can be set as it stands."""
    for setting in explain({}):
        if setting.value and " " not in setting.value and "`" not in setting.value and "SASL" not in setting.name:
            assert Settings.from_env({setting.name: setting.value}) == Settings()


def test_a_dead_letter_has_room_for_any_record_that_fails() -> None:
    """The sizes of raw, prepared and dead-letter topics grow with the largest item, in this order."""
    for size in ("1KiB", "1MiB", "64MiB"):
        settings = Settings.from_env({"COPYDESK_MAX_ITEM_BYTES": size})

        assert settings.max_item_bytes < settings.raw_bytes < settings.prepared_bytes < settings.dead_letter_bytes


def test_the_raw_topic_follows_the_prefix() -> None:
    """Without COPYDESK_RAW_TOPICS there is one raw topic, behind the prefix."""
    assert Settings.from_env({"COPYDESK_TOPIC_PREFIX": "x."}).sources == (RawTopic("x.raw"),)


def test_the_page_of_settings_is_fresh() -> None:
    """docs/configuration.md is what `copydesk config --markdown` prints."""
    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == markdown()
