"""Recipe files are small, readable, versioned and hold nothing but the recipe."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import (
    RECIPE_VERSION,
    Recipe,
    load_recipe,
    parse_recipe,
    recipe_text,
    save_recipe,
)
from claude_batch_desk.core.prompts.template import Template
from tests.choices import plain_choices

FULL = Recipe(
    name="Sort",
    about="Sorts messages",
    instructions='Rules:\n- one\n- "two"\n',
    prompt=Template("<m>\n{{Message}}\n</m>"),
    fields=(
        OutputField("Mood", "choice", plain_choices("a", "b"), "How", may_be_unknown=True),
        OutputField("Why"),
    ),
    model="claude-haiku-5-5",
    effort="low",
    thinking=True,
    max_tokens=900,
)
LEAST = 'recipe_version = 1\nmodel = "claude-haiku-5-5"\nprompt = "{{a}}"\n'


def test_a_recipe_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "sort.recipe"
    save_recipe(FULL, path)
    assert load_recipe(path) == FULL
    assert "<m>\n{{Message}}\n</m>" in path.read_text(encoding="utf-8")


_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"))


@given(instructions=_TEXT, prompt=_TEXT, name=_TEXT)
def test_any_words_survive_the_file(instructions: str, prompt: str, name: str) -> None:
    recipe = Recipe(name=name, instructions=instructions, prompt=Template(prompt), model="m")
    assert parse_recipe(recipe_text(recipe)) == recipe


def test_a_recipe_without_a_model_or_prompt_can_be_kept() -> None:
    assert parse_recipe(recipe_text(Recipe())) == Recipe()


def test_a_recipe_without_a_name_takes_that_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "Monthly sort.recipe"
    path.write_text(LEAST, encoding="utf-8")
    assert load_recipe(path).name == "Monthly sort"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml at all", "not readable TOML"),
        (LEAST.replace("1", '"1"', 1), "recipe_version"),
        (LEAST.replace("1", "0", 1), "recipe_version"),
        ("a = " + "[" * 100_000, "not readable TOML"),
        (LEAST + "max_tokens = " + "1" * 5_000, "not readable TOML"),
        (LEAST + 'api_key = "sk-ant-123"\n', "cannot be used"),
        (LEAST + 'base_url = "https://elsewhere"\n', "cannot be used"),
        (LEAST.replace("claude-haiku-5-5", "../../etc"), "model"),
        (LEAST + "max_tokens = 0\n", "max_tokens"),
        (LEAST + 'effort = "huge"\n', "effort"),
        (LEAST + '[[answer]]\nname = "A"\nkind = "code"\n', "kind"),
        ('model = "m"\nprompt = "x"\n', "recipe_version"),
    ],
)
def test_what_is_no_recipe_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        parse_recipe(text)


def test_a_recipe_of_the_first_version_opens_as_it_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "old.recipe"
    path.write_text(
        LEAST + 'instructions = "Sort."\n[[answer]]\nname = "Mood"\nkind = "choice"\n'
        'choices = ["a", "b"]\nmay_be_unknown = true\n',
        encoding="utf-8",
    )
    assert load_recipe(path) == Recipe(
        name="old",
        instructions="Sort.",
        prompt=Template("{{a}}"),
        empty_cells="send",
        documents="file",
        fields=(OutputField("Mood", "choice", plain_choices("a", "b"), may_be_unknown=True),),
        model="claude-haiku-5-5",
    )


def test_a_recipe_of_a_newer_version_says_so_whatever_else_is_in_it() -> None:
    newer = f"recipe_version = {RECIPE_VERSION + 1}\nasks = [[1, 2]]\n"
    with pytest.raises(RecipeError, match="newer version") as refused:
        parse_recipe(newer)
    told = str(refused.value)
    assert f"its format is {RECIPE_VERSION + 1}" in told
    assert f"reads up to {RECIPE_VERSION}." in told
    assert "Update the program" in told


def test_what_is_saved_is_of_the_newest_version() -> None:
    assert recipe_text(parse_recipe(LEAST)).startswith(f"recipe_version = {RECIPE_VERSION}\n")


def test_the_mark_that_some_editors_put_first_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "notepad.recipe"
    path.write_text(LEAST.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert load_recipe(path).prompt == Template("{{a}}")


def test_an_unusable_answer_column_is_refused_when_the_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bad.recipe"
    path.write_text(LEAST + '[[answer]]\nname = "A"\nkind = "choice"\n', encoding="utf-8")
    with pytest.raises(RecipeError, match="at least two"):
        load_recipe(path)


def test_missing_folders_binary_and_huge_files_get_a_sentence(tmp_path: Path) -> None:
    binary, huge = tmp_path / "binary.recipe", tmp_path / "huge.recipe"
    binary.write_bytes(b"\xff\xfe\x00")
    with huge.open("wb") as file:
        file.truncate(6_000_000)
    for path in (tmp_path / "gone.recipe", tmp_path, binary):
        with pytest.raises(RecipeError, match="cannot be read"):
            load_recipe(path)
    with pytest.raises(RecipeError, match="too large"):
        load_recipe(huge)
    with pytest.raises(RecipeError, match="could not be saved"):
        save_recipe(FULL, tmp_path / "no" / "folder.recipe")
