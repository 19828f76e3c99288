"""The platforms' schedulers, asked by commands that are put in the place of theirs."""

import os
import plistlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.entry import (
    Entry,
    check_name,
    label_of,
    label_prefix,
    own_command,
)
from claude_batch_desk.core.schedule.keepers import (
    Cron,
    Launchd,
    Ran,
    Systemd,
    TaskScheduler,
    keeper_here,
)
from claude_batch_desk.core.schedule.when import Daily, OnChange
from tests.core.schedule.conftest import entry_of, script

PREFIX = "claude-batch-desk.0123abcd."
THEIRS = b"# M\xfcller's list\n0 5 * * * backup --all \\% # daily\n"
CRONTAB = """#!/bin/sh
printf '%s\\n' "$*" >> "$TOLD"
case "$1" in
  -l) [ -e "$TABLE" ] && exec cat "$TABLE"; echo "no crontab for me" >&2; exit 1 ;;
  -r) rm "$TABLE" ;;
  -) cat > "$TABLE" ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
printf '%s\\n' "$*" >> "$TOLD"
case "$*" in *enable*) [ -z "$REFUSES" ] || { echo "Failed to enable." >&2; exit 1; } ;; esac
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the commands were asked, a line each."""
    script(tmp_path / "bin", "crontab", CRONTAB)
    script(tmp_path / "bin", "systemctl", SYSTEMCTL)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TABLE", str(tmp_path / "crontab"))
    monkeypatch.setenv("TOLD", str(tmp_path / "told"))
    monkeypatch.delenv("REFUSES", raising=False)
    return tmp_path / "told"


def test_a_crontab_keeps_every_byte_of_its_owner(told: Path) -> None:
    table = told.with_name("crontab")
    table.write_bytes(THEIRS)
    cron, entry = Cron(), entry_of("run", "--table", "/data/50% ä.csv")
    cron.add(entry)
    assert table.read_bytes() == THEIRS + cron.text(entry).encode()
    assert cron.labels(PREFIX) == (entry.label,)
    assert cron.labels("claude-batch-desk.ffffffff.") == ()
    cron.remove(entry.label)
    assert table.read_bytes() == THEIRS


def test_a_crontab_that_was_not_there_is_gone_again(told: Path) -> None:
    cron, entry = Cron(), entry_of("run")
    cron.remove(entry.label)
    assert cron.labels(PREFIX) == ()
    cron.add(entry)
    cron.remove(entry.label)
    assert not told.with_name("crontab").exists()


def test_a_crontab_that_cannot_be_read_is_not_written(told: Path) -> None:
    script(told.parent / "bin", "crontab", '#!/bin/sh\necho "$*" >> "$TOLD"\nexit 1\n')
    with pytest.raises(ScheduleError, match="cannot be read: it ended with 1"):
        Cron().add(entry_of("run"))
    assert told.read_text() == "-l\n"


def test_a_crontab_that_another_program_changes_is_told_of(told: Path) -> None:
    script(told.parent / "bin", "crontab", "#!/bin/sh\n[ $1 = -l ] && echo '# mine'\ncat\n")
    with pytest.raises(ScheduleError, match="changed by another program"):
        Cron().add(entry_of("run"))


@pytest.mark.usefixtures("told")
def test_units_are_written_enabled_and_taken_away(told: Path, tmp_path: Path) -> None:
    systemd, entry = Systemd(folder=tmp_path / "units"), entry_of("run")
    assert systemd.works()
    systemd.add(entry)
    label = entry.label
    names = [f"{label}.path", f"{label}.service", f"{label}.timer"]
    assert sorted(each.name for each in (tmp_path / "units").iterdir()) == names
    for unit in (tmp_path / "units").iterdir():
        assert unit.read_text() in systemd.text(entry)
        assert unit.stat().st_mode & 0o777 == 0o600
    assert systemd.labels(PREFIX) == (label,)
    (tmp_path / "units" / "theirs.timer").touch()
    systemd.remove(label)
    assert [each.name for each in (tmp_path / "units").iterdir()] == ["theirs.timer"]
    assert told.read_text().splitlines() == [
        "--user show-environment",
        "--user daemon-reload",
        f"--user enable --now {label}.timer {label}.path",
        f"--user disable --now {label}.timer {label}.path",
        f"--user clean --what=state {label}.timer",
        "--user daemon-reload",
    ]


@pytest.mark.usefixtures("told")
def test_an_earlier_watch_goes_with_a_new_time(tmp_path: Path) -> None:
    systemd = Systemd(folder=tmp_path / "units")
    systemd.add(entry_of("run", when=OnChange()))
    systemd.add(entry_of("run", when=Daily(time(22))))
    endings = {each.suffix for each in (tmp_path / "units").iterdir()}
    assert endings == {".service", ".timer"}


@pytest.mark.usefixtures("told")
def test_what_systemd_refuses_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFUSES", "1")
    with pytest.raises(ScheduleError, match="systemd did not do it: Failed to enable"):
        Systemd(folder=tmp_path / "units").add(entry_of("run", when=Daily(time(22))))
    assert list((tmp_path / "units").iterdir()) == []


@dataclass
class Asked:
    """A runner that keeps what it was asked and says what it was told to."""

    said: str = ""
    fails: str = ""
    commands: list[tuple[str, ...]] = field(default_factory=list)
    xml: list[bytes] = field(default_factory=list)

    def __call__(self, command: Sequence[str], _text: str) -> Ran:
        self.commands.append(tuple(command))
        if "/XML" in command:
            self.xml.append(Path(command[5]).read_bytes())
        if self.fails and self.fails in command:
            return Ran(5, "", "Bootstrap failed: 5: Input/output error\n")
        return Ran(0, self.said)


def test_an_agent_is_loaded_and_taken_away(tmp_path: Path) -> None:
    asked, entry = Asked(), entry_of("run")
    launchd = Launchd(asked, tmp_path)
    launchd.add(entry)
    [file] = tmp_path.iterdir()
    listed = plistlib.loads(file.read_bytes())
    assert (listed["Label"], file.name) == (entry.label, f"{entry.label}.plist")
    assert launchd.labels(PREFIX) == (entry.label,)
    launchd.remove(entry.label)
    assert list(tmp_path.iterdir()) == []
    domain = f"gui/{os.getuid()}"
    assert asked.commands == [
        ("launchctl", "bootstrap", domain, str(file)),
        ("launchctl", "bootout", f"{domain}/{entry.label}"),
    ]


def test_an_agent_that_is_refused_is_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(ScheduleError, match="Input/output error"):
        Launchd(Asked(fails="bootstrap"), tmp_path).add(entry_of("run"))
    assert list(tmp_path.iterdir()) == []


def test_a_task_is_made_listed_and_deleted() -> None:
    entry = entry_of("run", "--table", "ä.csv")
    row = f'"\\Claude Batch Desk\\{entry.label}","11/24/2026 10:00:00 PM","Ready"\n'
    asked = Asked(said=f'{row}{row}"\\OneDrive","N/A","Ready"\n')
    tasks = TaskScheduler(asked)
    tasks.add(entry)
    name = f"\\Claude Batch Desk\\{entry.label}"
    assert asked.commands[0][:4] == ("schtasks", "/Create", "/TN", name)
    assert asked.xml[0].startswith((b"\xff\xfe", b"\xfe\xff"))
    assert "ä.csv" in "".join(ElementTree.fromstring(asked.xml[0]).itertext())  # noqa: S314 - ours
    assert not Path(asked.commands[0][5]).exists()
    assert tasks.labels(PREFIX) == (entry.label,)
    tasks.remove("claude-batch-desk.0123abcd.other")
    tasks.remove(entry.label)
    assert asked.commands[-1] == ("schtasks", "/Delete", "/TN", name, "/F")
    assert [each[1] for each in asked.commands].count("/Delete") == 1


def test_a_scheduler_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ScheduleError, match="crontab could not be run"):
        Cron().add(entry_of("run"))


@pytest.mark.skipif(sys.platform != "linux", reason="others have one scheduler each")
def test_cron_is_asked_where_systemd_does_not_answer(
    told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keeper_here().name == "systemd"
    script(told.parent / "bin", "systemctl", "#!/bin/sh\nexit 1\n")
    assert keeper_here().name == "cron"
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ScheduleError, match="neither systemd for its users nor cron"):
        keeper_here()


@pytest.mark.parametrize("path", ["/data/in\nput.csv", "/data/\x07.csv", "/data/\udcff.csv"])
@pytest.mark.parametrize("kept_by", [Cron, Systemd, Launchd, TaskScheduler])
def test_a_name_that_is_no_line_of_text_is_refused(
    path: str, kept_by: type[Cron | Systemd | Launchd | TaskScheduler]
) -> None:
    for entry in (entry_of(path), replace(entry_of("run"), watched=path)):
        with pytest.raises(ScheduleError, match="cannot stand in an entry"):
            kept_by(Asked()).add(entry)


@pytest.mark.parametrize("name", ["", "Tickets", "a b", "a--b", "-a", "a/b", "ä", "a" * 41, "a.b"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ScheduleError, match="cannot be the name"):
        check_name(name)


def test_two_data_folders_never_meet(tmp_path: Path) -> None:
    one, other = (label_of(tmp_path / name, "tickets") for name in ("one", "other"))
    assert one != other
    assert one.startswith(label_prefix(tmp_path / "one"))
    assert Entry(one, (), OnChange()).words == "Claude Batch Desk: tickets, whenever it changes"


def test_the_command_is_this_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ("--home", str(tmp_path), "run")
    assert own_command(tmp_path, ["run"]) == (
        sys.executable, "-P", "-m", "claude_batch_desk", *whole
    )  # fmt: skip
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command(tmp_path, ["run"]) == (sys.executable, *whole)
