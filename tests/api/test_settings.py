"""Settings: what counts before what, what is refused, what is shown; and the page about them."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from pydantic import SecretStr

from api import settings as module
from api.config_file import ConfigMissing, ConfigUnreadable, wanted_language
from api.settings import (
    MASK,
    SettingDoesNotFit,
    Settings,
    UnknownSetting,
    read_settings,
    settings_in_force,
)
from tests.flows.serving import run

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Give a settings file that is in force, and an environment that sets nothing else."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KIZASHI_{name.upper()}", raising=False)
    file = tmp_path / "config.toml"
    file.write_text("")
    monkeypatch.setenv("KIZASHI_CONFIG", str(file))
    return file


def test_the_environment_counts_before_the_file_and_the_file_before_the_default(
    config, monkeypatch
):
    config.write_text('port = 1\nlog_level = "error"\n')
    monkeypatch.setenv("KIZASHI_PORT", "2")
    settings = read_settings()
    origins = {row.name: row.origin for row in settings_in_force()}

    assert (settings.port, settings.log_level, settings.host) == (2, "error", "127.0.0.1")
    assert origins["port"] == "KIZASHI_PORT"
    assert origins["log_level"] == str(config)
    assert origins["host"] == "default"


def test_an_empty_variable_counts_as_unset(config, monkeypatch):
    config.write_text("port = 1\n")
    monkeypatch.setenv("KIZASHI_PORT", "")

    assert read_settings().port == 1


@pytest.mark.parametrize("written", ["prot = 1", "[serving]\nport = 1"])
def test_a_key_of_the_file_that_is_no_setting_is_named_with_its_file(config, written):
    config.write_text(written)
    with pytest.raises(UnknownSetting) as raised:
        read_settings()

    assert str(config) in str(raised.value)
    assert re.search("prot|server", str(raised.value))


def test_a_variable_that_is_no_setting_is_named(config, monkeypatch):
    monkeypatch.setenv("KIZASHI_DATABSE", "sqlite:///x")
    with pytest.raises(UnknownSetting, match="KIZASHI_DATABSE"):
        read_settings()


def test_a_value_that_cannot_be_is_told_by_file_and_key_and_not_echoed(config, monkeypatch):
    config.write_text('port = "secret-text"')
    with pytest.raises(SettingDoesNotFit) as in_file:
        read_settings()
    monkeypatch.setenv("KIZASHI_PORT", "secret-text")
    with pytest.raises(SettingDoesNotFit, match="KIZASHI_PORT") as in_environment:
        read_settings()

    assert f"port ({config})" in str(in_file.value)
    assert "secret-text" not in str(in_file.value) + str(in_environment.value)


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_named(config, content):
    config.write_bytes(content)
    with pytest.raises(ConfigUnreadable, match=re.escape(str(config))):
        read_settings()


def test_a_named_file_must_be_there_and_the_users_own_need_not(tmp_path, monkeypatch):
    monkeypatch.setenv("KIZASHI_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(ConfigMissing):
        read_settings()
    monkeypatch.delenv("KIZASHI_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    assert read_settings().host == "127.0.0.1"


def test_the_language_is_a_setting_of_the_command_line(config, monkeypatch):
    config.write_text('language = "ja"')
    told = run("show", "none", "--database", "sqlite:////nowhere/k.db", KIZASHI_CONFIG=str(config))

    assert wanted_language() == "ja"
    assert "データベース" in told.stderr


def test_secrets_and_passwords_are_masked(config, monkeypatch):
    class WithSecret(Settings):
        webhook_key: SecretStr = SecretStr("hunter2")

    monkeypatch.setattr(module, "Settings", WithSecret)
    monkeypatch.setenv("KIZASHI_DATABASE", "postgresql://me:hunter3@host/db")
    shown = {row.name: row.value for row in settings_in_force()}

    assert shown["webhook_key"] == MASK
    assert "hunter" not in str(shown)


def test_the_command_shows_every_setting_and_what_set_it(config):
    config.write_text("port = 8080")
    piped = json.loads(run("settings", KIZASHI_CONFIG=str(config)).stdout)
    table: subprocess.CompletedProcess[str] = run("settings", "-o", "table", KIZASHI_HOST="::1")

    assert [row["name"] for row in piped] == list(Settings.model_fields)
    assert {row["name"]: row for row in piped}["port"] == {
        "name": "port",
        "value": 8080,
        "origin": str(config),
    }
    assert "KIZASHI_HOST" in table.stdout


def test_the_page_holds_every_setting_with_its_default():
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", PAGE.read_text(), flags=re.MULTILINE)
    told = {name: default.strip("`") for name, default in rows}

    assert list(told) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str | int | float) and not field.default_factory:
            written = (
                field.default if isinstance(field.default, str) else str(field.default).lower()
            )
            assert told[name] == written, name
