"""What there is to say of a job that takes over the answers of an earlier one."""

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.increment.comparing import Counted
from claude_batch_desk.core.jobs.increment.earlier import asks_alike
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.increment_store import Since
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.shared import shared_text

_SHARED = "the model is asked in another way by now"


def counts_words(counted: Counted) -> str:
    """Such as: 203 new, 17 changed, 4,812 unchanged."""
    told = f"{counted.new:,} new, {counted.changed:,} changed, {counted.unchanged:,} unchanged"
    if counted.unanswered:
        told += f", {counted.unanswered:,} not answered before"
    return told


def gone_words(counted: Counted) -> str:
    """A sentence about rows that the table has no more; "" where there are none."""
    if not counted.gone:
        return ""
    if counted.gone == 1:
        return "1 row is no longer there."
    return f"{counted.gone:,} rows are no longer there."


def key_words(key: str) -> str:
    """How rows are told apart, as a sentence."""
    if key:
        return f"Rows are told apart by “{key}”."
    return "Rows are told apart by their order."


def source_words(since: Since) -> str:
    """Where answers come from, for whoever has to defend them later; "" where none were."""
    if not since.taken:
        return ""
    rows = "1 row" if since.taken == 1 else f"{since.taken:,} rows"
    return f"{rows}, from job {since.job}: {since.name}, and paid there"


def differences(job: Job, model: OfferedModel, earlier: Job) -> str:
    """Why every row of a draft asks something else than the earlier job did, as a sentence.

    "" where the two ask alike.
    """
    found = _parts(job.recipe, earlier.recipe)
    if not found and not asks_alike(job, model, earlier):
        found.append(_SHARED)
    if not found:
        return ""
    many = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    return f"Since job {earlier.id}, {many}, so every row asks something else."


def _parts(now: Recipe, then: Recipe) -> list[str]:
    same_words = shared_text(now) == shared_text(then)
    named = {
        "the prompt has changed": (now.prompt, now.empty_cells) != (then.prompt, then.empty_cells),
        "the instructions or examples have changed": not same_words,
        "the answer columns have changed": now.fields != then.fields,
        f"the model is {now.model} instead of {then.model}": now.model != then.model,
        "the effort has changed": (now.effort, now.thinking) != (then.effort, then.thinking),
        "the longest answer has changed": now.max_tokens != then.max_tokens,
        "documents are sent in another way": now.documents != then.documents,
    }
    return [words for words, is_so in named.items() if is_so]
