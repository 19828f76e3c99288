"""What benches of several processes share: the Practice service in its own, memory and time."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

import orjson

_PROC = Path("/proc")
_MB = 1 << 10
Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Taken:
    """What one step took of its process."""

    clock: float
    processor: float
    """Both in seconds."""
    memory: float
    """MB: the most the process had while it lasted."""


@dataclass(frozen=True)
class Service:
    """A Practice service in a process of its own."""

    url: str
    pid: int


@contextmanager
def practice(home: Path, delay: float) -> Iterator[Service]:
    """Run one in this folder; its batches take `delay` seconds."""
    command = [sys.executable, "-P", "-m", "claude_batch_desk.practice", "--stop-with-stdin"]
    with subprocess.Popen(
        [*command, "--home", str(home), "--delay", str(delay)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        yield Service(orjson.loads(process.stdout.readline())["base_url"], process.pid)
        process.terminate()


def measured(work: Callable[[], object]) -> Taken:
    """Do it, and tell what it took."""
    forget_peak()
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - clock, time.process_time() - processor, peak())


def peak(pid: int | str = "self") -> float:
    """The most memory a process has had since `forget_peak`, in MB."""
    status = (_PROC / str(pid) / "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / _MB


def forget_peak(pid: int | str = "self") -> None:
    """Begin anew with the memory that it has."""
    (_PROC / str(pid) / "clear_refs").write_text("5")


def alone(work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """Do it in a process that does nothing else."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        return pool.submit(work, *given, **named).result()
