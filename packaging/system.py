"""What the operating system has to bring: Qt's native libraries, a font, Debian's ensurepip."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from problem import Problem

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libbrotlidec.so.1": "libbrotli1",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libzstd.so.1": "libzstd1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
"""What PySide6's own packages leave to the system, each with the Debian package that has it."""

_OFFICE_PACKAGE = "libreoffice-calc"
_FONT_PACKAGE = "fonts-dejavu-core"
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_RENAMED = ("libglib2.0-0",)
"""Packages whose name ends in t64 since Debian 13 and Ubuntu 24.04."""

_PROBE = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def check_qt_libraries() -> None:
    """Make sure that Qt will load; as root on Debian and its kin install what is missing.

    Raises Problem, with the line to type, where the person has to do it.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = missing_libraries(QT_LIBRARIES)
    packages = {QT_LIBRARIES[name] for name in missing}
    if not _has_font():
        packages.add(_FONT_PACKAGE)
    if packages:
        lacking = ", ".join(missing) or "a font"
        _bring(sorted(packages), f"Qt needs what this system does not have: {lacking}.")


def missing_libraries(names: Iterable[str]) -> list[str]:
    """Those of the shared libraries that do not load; tried in a process of its own."""
    probe = [sys.executable, "-c", _PROBE, *names]
    found = subprocess.run(probe, capture_output=True, text=True, check=True)  # noqa: S603 - above
    return found.stdout.split()


def bring_ensurepip() -> None:
    """Get what Debian's Python lacks to make an environment, as `check_qt_libraries` does."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    _bring([package], f"This Python ({sys.executable}) comes without venv and pip.")


def bring_office() -> None:
    """Get LibreOffice, with which tests open what was exported, where that needs nobody's leave.

    Where it cannot be had, those tests are left out, and say so.
    """
    may = sys.platform.startswith("linux") and hasattr(os, "geteuid") and os.geteuid() == 0
    if shutil.which("soffice") or not may or shutil.which("apt-get") is None:
        return
    try:
        _bring([_OFFICE_PACKAGE], "Tests open exported workbooks with LibreOffice.")
    except Problem as problem:
        print(f"{problem}\nGoing on without it.", flush=True)


def _has_font() -> bool:
    folders = (Path(folder).expanduser() for folder in _FONT_FOLDERS)
    return any(
        file.suffix.lower() in {".ttf", ".otf", ".ttc", ".pfb"}
        for folder in folders
        for file in folder.rglob("*")
    )


def _bring(packages: Sequence[str], reason: str) -> None:
    apt = shutil.which("apt-get")
    if apt is None:
        raise Problem(
            f"{reason} Install it with this system's package manager (Debian calls the packages "
            f"{', '.join(packages)}), then run this command again."
        )
    install = ["install", "--yes", "--no-install-recommends", *map(_present_name, packages)]
    if os.geteuid() != 0:
        raise Problem(
            f"{reason} Install it with\n\n    sudo apt-get {' '.join(install)}\n\n"
            "and run this command again."
        )
    print(f"{reason}\nInstalling it: apt-get {' '.join(install)}", flush=True)
    for step in (["update", "--quiet=2"], ["--quiet=2", *install]):
        _apt([apt, *step])


def _apt(command: Sequence[str]) -> None:
    unattended = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(  # noqa: S603 - apt-get and package names from above
        command,
        env=unattended,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    if done.returncode:
        raise Problem(
            f"{done.stdout}\n“{' '.join(command)}” failed; the lines above say why. Mend that, "
            "then run this command again."
        )


def _present_name(package: str) -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return package
    return package_name(package, release.get("ID", ""), release.get("VERSION_ID", ""))


def package_name(package: str, distribution: str, version: str) -> str:
    """The package's name on a release, by the ID and VERSION_ID of its os-release file."""
    since = {"debian": 13.0, "ubuntu": 24.04}.get(distribution)
    if package not in _RENAMED or since is None:
        return package
    newest = float("inf")  # Debian testing and unstable have no number
    return f"{package}t64" if float(version or newest) >= since else package
