"""Tasks of the Windows Task Scheduler: its XML, as the task schema 1.2 has it.

It replaces %NAME% and $(NAME) in a command and has no way to write these as they are.
"""

import re
import subprocess
from datetime import datetime, timedelta
from html import escape

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.entry import Entry
from claude_batch_desk.core.schedule.when import (
    WEEKDAY_WORDS,
    WEEKDAYS,
    Daily,
    Once,
    OnChange,
    Weekly,
    When,
    next_day,
)

FOLDER = "\\Claude Batch Desk\\"
"""Where the tasks are, in the tree of tasks."""
_REPLACED = re.compile(r"%[\w().-]+%|\$\(")
"""Between percent signs, only what may be the name of a variable; others are left as they are."""
_KEPT = timedelta(days=7)
"""So long a single start that was missed is made up for."""


def task(entry: Entry, now: datetime) -> str:
    """The task of an entry, to be written as UTF-16; its first day follows from `now` (aware).

    Raises ScheduleError where the command holds what Windows would replace.
    """
    program, *arguments = entry.command
    line = subprocess.list2cmdline(arguments)
    if _REPLACED.search(program) or _REPLACED.search(line):
        raise ScheduleError(
            "The Task Scheduler would replace a part of a path between two percent signs, or after "
            "$(. Rename the file or its folder, or move it."
        )
    once = isinstance(entry.when, Once)
    expiry = "    <DeleteExpiredTaskAfter>PT0S</DeleteExpiredTaskAfter>\n" if once else ""
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{_text(entry.words)}</Description>
  </RegistrationInfo>
  <Triggers>
{_trigger(entry.when, now)}
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
{expiry}    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{_text(program)}</Command>
      <Arguments>{_text(line)}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _text(text: str) -> str:
    return escape(text, quote=False)


def _trigger(when: When, now: datetime) -> str:
    match when:
        case Daily(clock):
            start = f"{next_day(when, now)}T{clock:%H:%M}:00"
            every = "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"
        case Weekly(day, clock):
            start = f"{next_day(when, now)}T{clock:%H:%M}:00"
            name = WEEKDAY_WORDS[WEEKDAYS.index(day)]
            every = (
                f"<ScheduleByWeek><DaysOfWeek><{name} /></DaysOfWeek>"
                "<WeeksInterval>1</WeeksInterval></ScheduleByWeek>"
            )
        case Once(at):
            ends = f"{at + _KEPT:%Y-%m-%dT%H:%M:%SZ}"
            bounds = (
                f"<StartBoundary>{at:%Y-%m-%dT%H:%M:%SZ}</StartBoundary>"
                f"<EndBoundary>{ends}</EndBoundary>"
            )
            return f"    <TimeTrigger>{bounds}</TimeTrigger>"
        case OnChange():
            repeated = "<Repetition><Interval>PT10M</Interval></Repetition>"
            start = f"{now.astimezone():%Y-%m-%dT%H:%M}:00"
            bound = f"<StartBoundary>{start}</StartBoundary>"
            return f"    <TimeTrigger>{repeated}{bound}</TimeTrigger>"
    bound = f"<StartBoundary>{start}</StartBoundary>"
    return f"    <CalendarTrigger>{bound}{every}</CalendarTrigger>"
