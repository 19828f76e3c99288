"""A prompt that tells the model what is right to answer."""

from collections.abc import Mapping, Sequence

from claude_batch_desk.core.prompts.checks import Concern
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.gold_columns import answer_fields, leaking


def leak_sentence(columns: Sequence[str]) -> str:
    """Why no accuracy can be told while the prompt names these columns of right answers."""
    names = ", ".join(f"“{each}”" for each in columns)
    holds, it = ("holds", "it") if len(columns) == 1 else ("hold", "them")
    return (
        f"The prompt contains the right answer: it names {names}, which {holds} what is right. "
        "The answers would be copied, and an accuracy would say nothing. Take "
        f"{it} out of the prompt, or choose another column under Right answers on the Try page."
    )


def leak_concerns(columns: Mapping[str, str], recipe: Recipe) -> tuple[Concern, ...]:
    """Stops a job whose prompt names a column of right answers, by the names of their fields."""
    fields = {each.name for each in answer_fields(recipe.fields)}
    used = {field: column for field, column in columns.items() if field in fields}
    named = leaking(used, recipe.prompt)
    return (Concern(leak_sentence(named), "prompt", "stop"),) if named else ()
