from dataclasses import replace

from pytestqt.qtbot import QtBot

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.gui.welcome_page import WelcomePage
from tests.gui.clicking import click
from tests.gui.page_fakes import make_job, sent_job


def looked_for(note: str) -> Job:
    sent = sent_job(id=7, name="Tickets")
    return replace(sent, parts=(replace(sent.parts[0], state="sending", note=note),))


def test_a_job_that_may_be_at_the_service_is_told_of_and_one_click_away(qtbot: QtBot) -> None:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.show_jobs([make_job(), sent_job(), looked_for("")])
    assert page.doubt_banner.isHidden()
    page.show_jobs([make_job(), looked_for("It may have arrived. Checking.")])
    assert page.doubt_banner.text.text() == "“Tickets”: It may have arrived. Checking."
    with qtbot.waitSignal(page.job_chosen) as chosen:
        click(page.doubt_banner.action)
    assert chosen.args == [7]
    page.show_jobs([make_job(), sent_job()])
    assert page.doubt_banner.isHidden()
