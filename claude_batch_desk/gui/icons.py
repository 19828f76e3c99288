"""Icons drawn from our own SVG files in the colours of the theme, sharp at any scale."""

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from claude_batch_desk.core.resources import read_resource
from claude_batch_desk.gui.theme import Colours, colours

_INK = b"currentColor"


@cache
def _drawing(name: str, colour: str) -> QSvgRenderer:
    svg = read_resource(f"icons/{name}.svg")
    return QSvgRenderer(QByteArray(svg.replace(_INK, colour.encode())))


class _ThemedEngine(QIconEngine):
    """Chooses the colour when it paints, so a change of theme needs no new icons."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        theme = colours(QGuiApplication.palette())
        disabled = mode == QIcon.Mode.Disabled
        ink: str = theme.faint if disabled else getattr(theme, self._colour)
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _drawing(self._name, ink).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if size.isEmpty():  # a button that was not laid out yet
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._name, self._colour)


@cache
def icon(name: str, colour: str = "text") -> QIcon:
    """The icon `resources/icons/<name>.svg` in one of the theme's colours (`theme.Colours`).

    Raises FileNotFoundError for a name without a file, as soon as it is asked for.
    """
    if colour not in Colours.__dataclass_fields__:
        raise ValueError(f"the theme has no colour “{colour}”")
    _drawing(name, "#000000")
    return QIcon(_ThemedEngine(name, colour))


@cache
def app_icon() -> QIcon:
    """The application's own mark, in its own colours."""
    mark = QIcon()
    drawing = _drawing("claude-batch-desk", "#000000")
    for side in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter)
        painter.end()
        mark.addPixmap(pixmap)
    return mark
