import base64
import os
from pathlib import Path

import pytest

from engine.settings import Bucket, Environment, SettingsInvalid, load_settings, read_master_key

KEY = base64.b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "OPSFLOW_ENV": "production",
    "DATABASE_URL": "postgresql://opsflow_service:secret@db/opsflow",
    "OPSFLOW_MASTER_KEY": KEY,
}


def test_nothing_said_is_development_on_the_embedded_database_and_loopback():
    settings = load_settings({})

    assert settings.environment is Environment.DEVELOPMENT
    assert settings.database_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.time_zone == "Asia/Shanghai"


AWS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hidden"}


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"DATABASE_URL": "postgresql://db/opsflow"}, "OPSFLOW_ENV"),
        ({"OPSFLOW_HOST": "0.0.0.0"}, "OPSFLOW_ENV"),
        ({"OPSFLOW_HOST": "opsflow.example"}, "OPSFLOW_ENV"),
        ({"OPSFLOW_ENV": "staging"}, "OPSFLOW_ENV"),
        ({"DATABASE_MIGRATION_URL": "postgresql://db/opsflow"}, "DATABASE_URL"),
        ({"OPSFLOW_ENV": "production", "OPSFLOW_MASTER_KEY": KEY}, "DATABASE_URL"),
        ({"OPSFLOW_ENV": "production", "DATABASE_URL": "postgresql://db/opsflow"}, "OPSFLOW_MASTER_KEY"),
        ({"OPSFLOW_ENV": "development", "DATABASE_URL": "mysql://db/opsflow"}, "postgresql://"),
        ({"OPSFLOW_ENV": "development", "DATABASE_URL": "postgresql://u:p@db:port/opsflow"}, "DATABASE_URL"),
        ({**PRODUCTION, "OPSFLOW_FAULTS": "/var/faults"}, "OPSFLOW_FAULTS"),
        ({"OPSFLOW_PORT": "80a"}, "OPSFLOW_PORT"),
        ({"OPSFLOW_PORT": "65536"}, "OPSFLOW_PORT"),
        ({"OPSFLOW_SESSION_IDLE_MINUTES": "4"}, "OPSFLOW_SESSION_IDLE_MINUTES"),
        ({"OPSFLOW_SESSION_IDLE_MINUTES": "721"}, "OPSFLOW_SESSION_IDLE_MINUTES"),
        ({"OPSFLOW_SESSION_IDLE_MINUTES": "two hours"}, "OPSFLOW_SESSION_IDLE_MINUTES"),
        ({"OPSFLOW_MASTER_KEY": "short"}, "OPSFLOW_MASTER_KEY"),
        ({"OPSFLOW_MASTER_KEY": base64.b64encode(bytes(31)).decode()}, "OPSFLOW_MASTER_KEY"),
        ({"OPSFLOW_PUBLIC_URL": "javascript:alert(1)"}, "OPSFLOW_PUBLIC_URL"),
        ({"OPSFLOW_SMTP_URL": "mail.example"}, "OPSFLOW_SMTP_URL"),
        ({"OPSFLOW_TIME_ZONE": "Asia/Nowhere"}, "OPSFLOW_TIME_ZONE"),
        ({"OPSFLOW_TIME_ZONE": "../etc/passwd"}, "OPSFLOW_TIME_ZONE"),
        ({"OPSFLOW_ATTACHMENTS_URL": "s3://evidence"}, "AWS_SECRET_ACCESS_KEY"),
        ({"OPSFLOW_ATTACHMENTS_URL": "s3://user:secret@evidence", **AWS}, "OPSFLOW_ATTACHMENTS_URL"),
        ({"OPSFLOW_ATTACHMENTS_URL": "https://evidence", **AWS}, "OPSFLOW_ATTACHMENTS_URL"),
        ({"OPSFLOW_ATTACHMENTS_URL": "s3://evidence?endpoint=file:///etc", **AWS}, "OPSFLOW_ATTACHMENTS_URL"),
        ({"OPSFLOW_ATTACHMENTS_URL": "s3://evidence?secret=x", **AWS}, "OPSFLOW_ATTACHMENTS_URL"),
    ],
)
def test_a_setting_that_is_wrong_or_missing_is_refused_in_one_line(environ, says):
    with pytest.raises(SettingsInvalid, match=says) as refused:
        load_settings(environ)

    assert "\n" not in str(refused.value)


def test_attachments_go_to_a_bucket_whose_credentials_are_not_among_the_settings():
    url = "s3://evidence/house/files?endpoint=http://minio:9000&region=cn-1"
    settings = load_settings({"OPSFLOW_ATTACHMENTS_URL": url, **AWS})

    assert settings.attachments == Bucket("evidence", "house/files", "http://minio:9000", "cn-1")
    assert "hidden" not in repr(settings)


def test_an_empty_value_counts_as_absent():
    assert load_settings({"DATABASE_URL": " ", "OPSFLOW_ENV": ""}).database_url is None


def test_secrets_are_not_in_the_printed_settings():
    settings = load_settings({**PRODUCTION, "OPSFLOW_SMTP_URL": "smtp://mail:hidden@host"})

    assert settings.master_key == bytes(range(32))
    assert "secret" not in repr(settings)
    assert "hidden" not in repr(settings)


def test_development_makes_a_master_key_once_that_only_its_owner_can_read(tmp_path: Path):
    settings = load_settings({"OPSFLOW_VAR": str(tmp_path / "var")})

    first, second = read_master_key(settings), read_master_key(settings)

    assert first == second
    assert len(first) == 32
    assert (tmp_path / "var" / "master.key").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / "var") == ["master.key"]


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path):
    settings = load_settings({"OPSFLOW_VAR": str(tmp_path)})
    read_master_key(settings)
    (tmp_path / "master.key").chmod(0o644)

    with pytest.raises(SettingsInvalid, match="chmod 600"):
        read_master_key(settings)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("OPSFLOW_FOUR_EYES", "is_four_eyes"),
        ("OPSFLOW_REQUIRE_PERFORMERS", "requires_performers"),
        ("OPSFLOW_REQUIRE_PURPOSE", "requires_purpose"),
    ],
)
def test_a_policy_is_on_or_off_and_nothing_else(name: str, setting: str) -> None:
    assert getattr(load_settings({name: "on"}), setting)
    assert not getattr(load_settings({}), setting)

    with pytest.raises(SettingsInvalid, match=name):
        load_settings({name: "yes please"})
