"""The demonstration: the window with sample data in Practice mode, or the same without a screen."""

import os
import shutil
import sys
from pathlib import Path

from claude_batch_desk.core.settings import home_folder

_SIZE = (1360, 860)
_PRACTICE_SECONDS = 3.0


def run_demo(out: Path | None, *, headless: bool) -> int:
    """Open the window on its own data folder, or walk through the job and leave its pictures."""
    if headless or _no_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return _walk(out or Path("demo-output"))
    from claude_batch_desk.app import run_window

    home = home_folder() / "demo"
    home.mkdir(mode=0o700, exist_ok=True)
    return run_window(home, [], with_sample=True)


def _no_screen() -> bool:
    return sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _walk(folder: Path) -> int:
    """The same job to the end, each step in words and as pictures in light and dark."""
    from claude_batch_desk.app import compose, make_app
    from claude_batch_desk.session import Session
    from claude_batch_desk.walk import Walk

    folder.mkdir(parents=True, exist_ok=True)
    home = home_folder() / "demo-without-screen"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    app = make_app([])
    session = Session(home, practice_seconds=_PRACTICE_SECONDS)
    composed = compose(app, session)
    composed.window.resize(*_SIZE)
    composed.theme.choose("light")
    composed.window.show()

    def shown(name: str, words: str) -> None:
        _say(words)
        for theme in ("dark", "light"):
            composed.theme.choose(theme)
            walk.settle(250)
            composed.window.grab().save(str(folder / f"{name}-{theme}.png"))

    walk = Walk(composed, shown)
    try:
        job = walk.run(folder / "demo-results.xlsx")
    finally:
        composed.window.close()
        composed.close()
    _say(f"{job.rows:,} rows: " + ", ".join(f"{n:,} {name}" for name, n in job.outcomes.items()))
    _say(f"The workbook and a picture of every step are in {folder.resolve()}")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a demonstration speaks
