import json
import os
import stat
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.settings import (
    MAX_RECENT_FILES,
    Settings,
    check_base_url,
    home_folder,
    load_settings,
    save_settings,
)

CHOSEN = Settings(
    recent_files=("/data/é.csv", "/data/\udcff.csv"),
    recent_recipes=("/home/ann/Sort.recipe",),
    theme="dark",
    mode="live",
    base_url="https://gateway.example/anthropic",
    job_budget=Decimal("25.10"),
    monthly_budget=Decimal(400),
    typed_above=Decimal(50),
    key_source="session",
    keyring_backend="KWallet",
    price_overrides={
        "claude-x": PriceOverride(Decimal("0.10"), Decimal("0.50")),
        "claude-y": PriceOverride(
            Decimal(2),
            Decimal(10),
            cache_read=Decimal("0.05"),
            above=100_000,
            longer=PriceOverride(Decimal(4), Decimal(15), cache_write_1h=Decimal(9)),
            entered=date(2026, 11, 23),
        ),
    },
)


HARMLESS = {"m": {"above": 5}, "n": {}}
"""A limit without prices above it says nothing, and a model without prices has none here."""


def _write(home: Path, **settings: object) -> Settings:
    (home / "settings.json").write_text(json.dumps(settings))
    return load_settings(home)


def test_a_new_home_has_the_defaults_and_starts_in_practice(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()
    assert Settings().mode == "practice"
    assert Settings().base_url == "https://api.anthropic.com"


def test_what_was_chosen_comes_back(tmp_path: Path) -> None:
    defaults = Settings()
    changed = [each.name for each in fields(Settings) if each.name != "unknown"]
    assert all(getattr(CHOSEN, name) != getattr(defaults, name) for name in changed)
    save_settings(CHOSEN, tmp_path)
    assert load_settings(tmp_path) == CHOSEN


def test_what_a_newer_version_wrote_is_kept(tmp_path: Path) -> None:
    read = _write(tmp_path, theme="light", shortcut={"send": "F5"})
    save_settings(replace(read, theme="dark"), tmp_path)
    written = json.loads((tmp_path / "settings.json").read_text())
    assert written["shortcut"] == {"send": "F5"}
    assert written["theme"] == "dark"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("mode", 1),
        ("key_source", "file"),
        ("keyring_backend", None),
        ("recent_files", "abc"),
        ("recent_files", [1]),
        ("price_overrides", []),
        ("price_overrides", {"m": 1}),
        ("price_overrides", {"m": {"input": "1"}}),
        ("price_overrides", {"m": {"input": "1", "output": "x"}}),
    ],
)
def test_a_value_that_makes_no_sense_has_its_default_and_the_rest_stays(
    tmp_path: Path, name: str, value: object
) -> None:
    written: dict[str, object] = {"base_url": "https://gateway.example", name: value}
    read = _write(tmp_path, **written)
    assert read == replace(Settings(), base_url="https://gateway.example")


@pytest.mark.parametrize("name", ["job_budget", "monthly_budget", "typed_above"])
@pytest.mark.parametrize("value", ["many", "NaN", "-1", 12.5, "Infinity"])
def test_a_budget_that_makes_no_sense_allows_nothing(
    tmp_path: Path, name: str, value: object
) -> None:
    assert getattr(_write(tmp_path, **{name: value}), name) == Decimal(0)
    assert getattr(_write(tmp_path, **{name: None}), name) is None


def test_an_earlier_version_reads_the_usual_prices_and_keeps_the_rest(tmp_path: Path) -> None:
    save_settings(CHOSEN, tmp_path)
    path = tmp_path / "settings.json"
    written = json.loads(path.read_text())
    # It read and wrote back nothing else of them, and what it did not know as it was.
    kept = {
        "claude-x": {"input": "0.10", "output": "0.50"},
        "claude-y": {"input": "2", "output": "10"},
    }
    assert written["price_overrides"] == kept
    path.write_text(json.dumps({**written, "price_overrides": {"claude-y": kept["claude-y"]}}))
    assert load_settings(tmp_path).price_overrides == {
        "claude-y": CHOSEN.price_overrides["claude-y"]
    }


@pytest.mark.parametrize(
    "details",
    [
        [],
        {"m": 1},
        {"m": {"cache_read": "x"}},
        {"m": {"entered": "yesterday"}},
        HARMLESS,
        {"m": {"longer": {"input": "1", "output": "2"}}},
        {"m": {"above": 0, "longer": {"input": "1", "output": "2"}}},
        {"m": {"above": 9, "longer": {"input": "1"}}},
    ],
)
def test_prices_whose_details_make_no_sense_are_not_used(tmp_path: Path, details: object) -> None:
    usual = {"m": {"input": "1", "output": "5"}}
    read = _write(tmp_path, price_overrides=usual, price_details=details, theme="dark")
    expected = {"m": PriceOverride(Decimal(1), Decimal(5))} if details == HARMLESS else {}
    assert read == replace(Settings(), theme="dark", price_overrides=expected)


@pytest.mark.parametrize("url", ["http://gateway.example", "gateway.example", 7, "", "https://"])
def test_an_address_nothing_may_go_to_means_practice_and_not_another_host(
    tmp_path: Path, url: object
) -> None:
    assert _write(tmp_path, mode="live", base_url=url).mode == "practice"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://api.anthropic.com", True),
        ("http://127.0.0.1:8123", True),
        ("http://localhost:8123/v", True),
        ("http://[::1]:8123", True),
        ("http://127.evil.example", False),
        ("http://10.0.0.1", False),
        ("ftp://host", False),
        ("file:///etc/passwd", False),
        ("https://[broken", False),
    ],
)
def test_requests_go_encrypted_or_stay_on_this_computer(url: str, allowed: bool) -> None:
    assert check_base_url(url) is allowed


@pytest.mark.parametrize("written", [b"{", b"[]", b"\xff\xfe{", b"null", b"[" * 100_000])
def test_a_damaged_file_is_put_aside(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(written)
    nothing_allowed = replace(Settings(), monthly_budget=Decimal(0))
    assert load_settings(tmp_path) == nothing_allowed
    assert (tmp_path / "settings.damaged.json").read_bytes() == written
    assert load_settings(tmp_path) == nothing_allowed


def test_settings_that_cannot_be_read_or_saved_are_explained(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        load_settings(tmp_path)
    with pytest.raises(StoreError, match="They hold until you quit"):
        save_settings(Settings(), tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_data_and_settings_are_for_this_user_alone(home: Path) -> None:
    assert home_folder() == home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    save_settings(Settings(), home)
    assert stat.S_IMODE((home / "settings.json").stat().st_mode) == 0o600


def test_the_home_folder_is_where_the_platform_keeps_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLAUDE_BATCH_DESK_HOME")
    for name in ("XDG_DATA_HOME", "HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert home_folder().is_dir()
    assert "claude-batch-desk" in str(home_folder())


def test_a_home_that_cannot_be_made_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CLAUDE_BATCH_DESK_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(StoreError, match="CLAUDE_BATCH_DESK_HOME"):
        home_folder()


def test_recent_files_are_few_distinct_and_newest_first(tmp_path: Path) -> None:
    settings = Settings()
    for number in [*range(MAX_RECENT_FILES + 3), 5]:
        settings = settings.with_recent_file(tmp_path / f"{number}.csv")
    assert settings.recent_files[0].endswith("5.csv")
    assert len(settings.recent_files) == len(set(settings.recent_files)) == MAX_RECENT_FILES
