from dataclasses import asdict

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.theme import DARK, LIGHT, Colours, apply_theme, colours, stylesheet

ENOUGH = 4.5


def luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    ink = QColor(colour)
    return (
        0.2126 * linear(ink.redF()) + 0.7152 * linear(ink.greenF()) + 0.0722 * linear(ink.blueF())
    )


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(theme: Colours) -> None:
    pairs = [
        (text, ground)
        for text in (theme.text, theme.muted, theme.accent)
        for ground in (theme.window, theme.sidebar, theme.surface)
    ]
    pairs += [(theme.text, ground) for ground in (theme.hover, theme.accent_soft)]
    pairs += [
        (theme.on_accent, theme.accent),
        (theme.on_accent, theme.accent_hover),
        (theme.muted, theme.accent_soft),
        (theme.muted, theme.hover),
        (theme.window, theme.error),
    ]
    for name in ("info", "good", "warning", "error"):
        ink, soft = asdict(theme)[name], asdict(theme)[f"{name}_soft"]
        pairs += [(ink, soft), (ink, theme.surface), (ink, theme.window), (theme.text, soft)]
    assert [
        (text, ground, round(contrast(text, ground), 2))
        for text, ground in pairs
        if contrast(text, ground) < ENOUGH
    ] == []


def test_a_widget_under_a_style_sheet_still_knows_its_theme(
    qtbot: QtBot, qapp: QApplication
) -> None:
    label = QLabel("seen")
    qtbot.addWidget(label)
    label.setStyleSheet("background: transparent; color: red")
    with qtbot.waitExposed(label):
        label.show()
    apply_theme(qapp, "dark")
    assert colours(label.palette()) is DARK
    apply_theme(qapp, "light")
    assert colours(label.palette()) is LIGHT


def test_the_style_sheet_names_only_icons_that_are_there() -> None:
    for theme in (LIGHT, DARK):
        urls = [part.split(")")[0] for part in stylesheet(theme).split("url(")[1:]]
        assert urls
        assert [url for url in urls if not resource_path(url).is_file()] == []


def test_an_icon_takes_the_colour_of_the_theme_without_being_made_anew(
    qapp: QApplication,
) -> None:
    apply_theme(qapp, "light")
    plus = icon("plus")
    light = plus.pixmap(QSize(20, 20)).toImage()
    apply_theme(qapp, "dark")
    dark = plus.pixmap(QSize(20, 20)).toImage()
    apply_theme(qapp, "light")
    assert QColor(light.pixel(10, 10)).name() == LIGHT.text
    assert QColor(dark.pixel(10, 10)).name() == DARK.text


def test_every_icon_can_be_drawn(qapp: QApplication) -> None:
    for path in resource_path("icons").glob("*.svg"):
        drawn = icon(path.stem).pixmap(QSize(20, 20), QIcon.Mode.Disabled).toImage()
        alphas = [drawn.pixelColor(x, y).alpha() for x in range(20) for y in range(20)]
        assert any(alphas), path.name


def test_an_icon_without_room_is_nothing(qapp: QApplication) -> None:
    assert icon("plus").pixmap(QSize(0, 18)).isNull()


def test_a_colour_no_theme_has_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="purple"):
        icon("plus", "purple")
