from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.tables.document import Document
from claude_batch_desk.gui.prompt_preview import PromptPreview
from claude_batch_desk.gui.tasks import TaskRunner
from tests.gui.page_fakes import RECIPE, make_table

_TEXT = "An offer <b>for</b> you."
_PDF = Document("offer.pdf", "pdf", "application/pdf", 34_500, "0" * 64, pages=2, text=_TEXT)
_SCAN = replace(_PDF, name="scan.pdf", pages=1, text="")
_IMAGE = Document("bill.png", "image", "image/png", 1_200, "0" * 64, width=1_600, height=900)
_LOCKED = replace(_PDF, name="locked.pdf", problem="This document is protected by a password.")


class Papers:
    """These documents, one for each row."""

    def window(self, first: int, count: int) -> list[Document]:
        return [_PDF, _SCAN, _IMAGE, _LOCKED][first : first + count]


@pytest.fixture
def preview(qtbot: QtBot, tasks: TaskRunner) -> PromptPreview:
    made = PromptPreview(tasks)
    qtbot.addWidget(made)
    made.set_table(replace(make_table(), documents=Papers()))
    made.set_recipe(RECIPE)
    return made


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (1, "With it goes the file “offer.pdf”, 2 pages, 34 kB"),
        (2, "With it goes the file “scan.pdf”, 1 page, 34 kB"),
        (3, "With it goes the file “bill.png”, 1,600 × 900, 1 kB"),
        (4, "Not sent: This document is protected by a password."),
    ],
)
def test_it_says_which_file_goes_along(preview: PromptPreview, row: int, words: str) -> None:
    preview.stepper.row_spin.setValue(row)
    assert preview.document_label.text() == words


def test_a_document_without_text_goes_as_a_file_either_way(preview: PromptPreview) -> None:
    preview.set_recipe(replace(RECIPE, documents="text"))
    assert preview.document_label.text() == "With it goes the text of “offer.pdf”, 24 characters"
    preview.stepper.row_spin.setValue(2)
    assert preview.document_label.text() == "With it goes the file “scan.pdf”, 1 page, 34 kB"


def test_a_prompt_about_the_document_alone_has_nothing_wrong(preview: PromptPreview) -> None:
    preview.set_recipe(replace(RECIPE, prompt=Template("Who signed this?")))
    assert preview.hint_label.text() == ""
    assert preview.problem_label.text() == ""


def test_a_table_without_documents_says_nothing_of_them(preview: PromptPreview) -> None:
    preview.set_table(make_table())
    assert preview.document_label.isHidden()
