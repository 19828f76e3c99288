"""What the reader child may use: a hostile or a huge file ends the child, never the computer.

Linux keeps the child's address space under a limit, Windows the memory it commits. macOS has no
limit that it keeps, so there a thread of the child watches and ends it. The parent ends a child
that is silent for too long, everywhere.
"""

import os
import sys
import threading
import time
from contextlib import suppress

MEMORY = 3 * 1024**3
"""Bytes. A workbook of 1,000,000 rows and 10 columns takes 1.2 GiB of address space."""
CPU_SECONDS = 900
EXIT_MEMORY = 86
"""How the child ends when it was found to use too much."""

_WATCH_EVERY = 0.1


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Basic(ctypes.Structure):
        """JOBOBJECT_BASIC_LIMIT_INFORMATION of winnt.h."""

        _fields_ = (
            ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
            ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Extended(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h."""

        _fields_ = (
            ("BasicLimitInformation", _Basic),
            ("IoInfo", ctypes.c_ulonglong * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    _PROCESS_TIME, _PROCESS_MEMORY = 0x2, 0x100
    _EXTENDED_LIMIT_INFORMATION = 9

    def limit_this_process(memory: int = MEMORY) -> None:
        """Put this process into a job object that may not commit more than this.

        Where the system refuses, the reader works without: the checks before reading and the
        parent's patience remain.
        """
        kernel = ctypes.WinDLL("kernel32")
        kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE,
            ctypes.c_int,
            ctypes.c_void_p,
            wintypes.DWORD,
        )
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        wanted = _Extended()
        wanted.BasicLimitInformation.LimitFlags = _PROCESS_TIME | _PROCESS_MEMORY
        wanted.BasicLimitInformation.PerProcessUserTimeLimit = CPU_SECONDS * 10_000_000
        wanted.ProcessMemoryLimit = memory
        # The handle stays open on purpose: the job lives as long as this process.
        job = kernel.CreateJobObjectW(None, None)
        kernel.SetInformationJobObject(
            job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(wanted), ctypes.sizeof(wanted)
        )
        kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())

else:
    import resource

    def limit_this_process(memory: int = MEMORY) -> None:
        """Bind this process for the rest of its life.

        Where the system refuses, the reader works without: the checks before reading and the
        parent's patience remain.
        """
        limits = {
            resource.RLIMIT_AS: memory,
            resource.RLIMIT_CPU: CPU_SECONDS,
            resource.RLIMIT_CORE: 0,
        }
        for what, most in limits.items():
            with suppress(OSError, ValueError):
                _, hard = resource.getrlimit(what)
                soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(what, (soft, hard))
        if sys.platform == "darwin":
            watch_memory(memory)

    def watch_memory(memory: int) -> None:
        """Start a thread that ends this process, at once, when more than this was resident."""
        unit = 1 if sys.platform == "darwin" else 1024

        def watch() -> None:
            while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit <= memory:
                time.sleep(_WATCH_EVERY)
            os._exit(EXIT_MEMORY)

        threading.Thread(target=watch, name="memory", daemon=True).start()
