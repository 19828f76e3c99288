"""What is said of runs again where a job's answers are written to a file."""

from collections.abc import Sequence

from claude_batch_desk.core.jobs.job import Job


def runs_in_words(runs: Sequence[Job]) -> str:
    """How many rows were run again, for the origin of a file; "" where none were."""
    done = [run for run in runs if run.state == "done"]
    parts = []
    if done:
        times = "once" if len(done) == 1 else f"in {len(done):,} runs"
        models = ", ".join(dict.fromkeys(run.recipe.model for run in done))
        parts.append(f"{_rows(sum(run.rows for run in done))} {times}, by {models}")
    if waiting := rows_under_way(runs):
        parts.append(f"{_rows(waiting)} not answered yet")
    return ", ".join(parts)


def rows_under_way(runs: Sequence[Job]) -> int:
    """How many rows are being run again at the moment."""
    return sum(run.rows for run in runs if run.state in ("sending", "waiting"))


def earlier_answers(rows: int) -> str:
    """That a file has the earlier answers of so many rows, as a sentence."""
    are, their = ("1 row is", "its") if rows == 1 else (f"{rows:,} rows are", "their")
    return f"{are} being run again; this file has {their} earlier answers. Export once more later."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
