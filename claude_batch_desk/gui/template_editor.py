"""An editor for the per-row prompt: placeholders look like chips, columns complete after {{.

A name that no column has is underlined; a click on it, Ctrl+. beside it and the right mouse button
offer the columns that may be meant.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShortcut,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QCompleter, QListView, QMenu, QPlainTextEdit, QToolTip, QWidget

from claude_batch_desk.core.prompts.nearest import nearest_columns
from claude_batch_desk.core.prompts.template import Span, Template, canonical, placeholder
from claude_batch_desk.gui.column_drag import column_in
from claude_batch_desk.gui.theme import Colours, colours

_OPEN = re.compile(r"\{\{\s*([^{}]*)$")
_REST = re.compile(r"[^{}\n]*\}\}")
_POPUP_KEYS = (
    Qt.Key.Key_Enter,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
)
_CHIP_RADIUS = 4.0
_MOST_OFFERED = 10
_MOST_NEAR = 5
_MOST_CHARACTERS = 48
_OFFER_KEYS = "Ctrl+."
_BELOW_THE_LINE = QPoint(0, 4)
_POPUP_FRAME = 20
"""Pixels: the stylesheet's paddings and border of the list."""
_MOST_MEASURED, _NARROWEST_POPUP, _WIDEST_POPUP = 200, 160, 480


class PlaceholderHighlighter(QSyntaxHighlighter):
    """Colours known placeholders and underlines unknown ones."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.known: frozenset[str] = frozenset()
        self._known_format = QTextCharFormat()
        self._unknown_format = QTextCharFormat()
        self._theme: Colours | None = None

    def wear(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        if theme == self._theme:
            return
        self._theme = theme
        self._known_format.setForeground(QColor(theme.text))
        self._unknown_format.setForeground(QColor(theme.error))
        self._unknown_format.setUnderlineColor(QColor(theme.error))
        self._unknown_format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Format the placeholders of one line."""
        for span in Template(text).spans:
            known = span.column in self.known
            style = self._known_format if known else self._unknown_format
            start = _qt_length(text[: span.start])
            self.setFormat(start, _qt_length(text[span.start : span.end]), style)


class TemplateEditor(QPlainTextEdit):
    """A plain text editor that knows the columns of the table.

    `textChanged` tells of every edit; undo covers typed, completed and inserted text alike.
    """

    columns_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[str, ...] = ()
        self._all_names: tuple[str, ...] = ()
        self._offered: tuple[str, ...] = ()
        self._highlighter = PlaceholderHighlighter(self.document())
        self._names = QStringListModel(self)
        self._popup = QListView()
        self._completer = QCompleter(self._names, self)
        self._completer.setPopup(self._popup)
        self._completer.setWidget(self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setMaxVisibleItems(_MOST_OFFERED)
        # Behind the last column it would wrap to no choice at all, and Enter would do nothing.
        self._completer.setWrapAround(False)
        self._popup.setObjectName("column_completions")
        self._popup.setProperty("look", "popup")
        self._popup.setUniformItemSizes(True)
        self._popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._popup.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._popup.setAccessibleName(self.tr("Columns of the table"))
        self._completer.activated.connect(self._complete)
        offer = QShortcut(QKeySequence(_OFFER_KEYS), self)
        offer.setContext(Qt.ShortcutContext.WidgetShortcut)
        offer.activated.connect(self.offer_nearest)
        self.setTabChangesFocus(True)
        self._highlighter.wear(colours(self.palette()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._highlighter.wear(colours(self.palette()))

    @property
    def completions(self) -> QListView:
        """The list of columns that pops up behind {{."""
        return self._popup

    def set_columns(self, columns: Sequence[str]) -> None:
        """The columns that placeholders may name."""
        self._columns = tuple(columns)
        self._all_names = tuple(map(canonical, columns))
        self._offer(self._all_names)
        self._highlighter.known = frozenset(self._all_names)
        self._highlighter.rehighlight()
        self.columns_changed.emit()

    def unknown(self) -> tuple[str, ...]:
        """The names used that no column has, in order of first use."""
        return Template(self.toPlainText()).unknown(self._columns)

    def insert_column(self, column: str) -> None:
        """Put a placeholder at the cursor, in place of what is selected."""
        cursor = self.textCursor()
        cursor.beginEditBlock()  # or undo would take what was typed before with it
        cursor.insertText(placeholder(canonical(column)))
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus()

    def rename_placeholder(self, old: str, new: str) -> None:
        """Let every placeholder that names `old` name `new`, as one step of undo."""
        text = self.toPlainText()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for span in reversed(Template(text).spans):
            if span.column == old:
                cursor.setPosition(_qt_length(text[: span.start]))
                end = _qt_length(text[: span.end])
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.insertText(placeholder(canonical(new)))
        cursor.endEditBlock()

    @Slot()
    def offer_nearest(self) -> bool:
        """Offer columns for the unknown name at the cursor; False where there is none."""
        span = self._unknown_at(self.textCursor())
        if span is None or self.isReadOnly() or not self._columns:
            return False
        near = nearest_columns(span.column, self._columns, _MOST_NEAR)
        self._offer(tuple(map(canonical, near)) or self._all_names)
        self._completer.setCompletionPrefix("")
        self._pop_up()
        return True

    def menu_at(self, place: QPoint) -> QMenu:
        """What the right mouse button offers there: nearest columns, then what any text does."""
        menu = self.createStandardContextMenu(place)
        span = self._unknown_at(self.cursorForPosition(place))
        if span is None or self.isReadOnly():
            return menu
        first = menu.actions()[0]
        near = nearest_columns(span.column, self._columns, _MOST_NEAR)
        for column in near or self._columns[:_MOST_NEAR]:
            shown = canonical(column)
            if len(shown) > _MOST_CHARACTERS:
                shown = shown[: _MOST_CHARACTERS - 1] + "…"
            words = self.tr("Use “%1”").replace("%1", shown.replace("&", "&&"))
            use = QAction(words, menu)
            use.triggered.connect(partial(self.rename_placeholder, span.column, column))
            menu.insertAction(first, use)
        menu.insertSeparator(first)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show what can be done at this place."""
        menu = self.menu_at(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what is wrong with an underlined name, and how to mend it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            unknown = self._unknown_at(self.cursorForPosition(event.pos())) is not None
            told = self.tr("No column of the table has this name. Click, or press %1, to choose.")
            QToolTip.showText(
                event.globalPos(), told.replace("%1", _OFFER_KEYS) if unknown else "", self
            )
            return True
        return super().viewportEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on an unknown name offers those that may be meant."""
        super().mouseReleaseEvent(event)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        left = event.button() == Qt.MouseButton.LeftButton
        if plain and left and not self.textCursor().hasSelection():
            self.offer_nearest()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take columns and text; a file is for the window, which opens it."""
        files = source.hasUrls() and all(url.isLocalFile() for url in source.urls())
        return bool(column_in(source)) or (source.hasText() and not files)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Put a column where it is let go, or what was pasted, as one step of undo."""
        if column := column_in(source):
            self.insert_column(column)
        elif self.canInsertFromMimeData(source):
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the list of columns have its keys; offer it while a placeholder is being written."""
        if self._popup.isVisible() and event.key() in _POPUP_KEYS:
            event.ignore()  # the completer takes them from here
            return
        super().keyPressEvent(event)
        if event.text() or self._popup.isVisible():
            self._offer_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a rounded chip behind each placeholder, then the text."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = colours(self.palette())
        for block in self._visible_blocks():
            for span in Template(block.text()).spans:
                known = span.column in self._highlighter.known
                painter.setBrush(QColor(theme.accent_soft if known else theme.error_soft))
                for chip in self._chips(block, span):
                    painter.drawRoundedRect(chip, _CHIP_RADIUS, _CHIP_RADIUS)
        painter.end()
        super().paintEvent(event)

    def _visible_blocks(self) -> Iterator[QTextBlock]:
        block, bottom = self.firstVisibleBlock(), self.viewport().height()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > bottom:
                return
            yield block
            block = block.next()

    def _chips(self, block: QTextBlock, span: Span) -> Iterator[QRectF]:
        """Where a placeholder is on the screen: one rectangle for each line it wraps over."""
        text, layout = block.text(), block.layout()
        start, end = _qt_length(text[: span.start]), _qt_length(text[: span.end])
        origin = self.blockBoundingGeometry(block).translated(self.contentOffset()).topLeft()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            first = max(start, line.textStart())
            last = min(end, line.textStart() + line.textLength())
            if first < last:
                left, right = _x_of(line.cursorToX(first)), _x_of(line.cursorToX(last))
                yield QRectF(left - 1, line.y(), right - left + 2, line.height()).translated(origin)

    def _offer_columns(self) -> None:
        begun = _OPEN.search(self._text_before_cursor())
        if begun:
            self._offer(self._all_names)
        self._completer.setCompletionPrefix(begun[1] if begun else "")
        if begun is None or self._completer.completionCount() == 0:
            self._popup.hide()
            return
        self._pop_up()

    def _offer(self, names: tuple[str, ...]) -> None:
        """Let the list be of these, from which the completer takes what fits."""
        if self._offered != names:
            self._offered = names
            self._names.setStringList(list(names))

    def _unknown_at(self, cursor: QTextCursor) -> Span | None:
        """The placeholder at this place, where it names what no column is called."""
        place, text = cursor.positionInBlock(), cursor.block().text()
        for span in Template(text).spans:
            first, last = (_qt_length(text[:end]) for end in (span.start + 2, span.end - 2))
            if first <= place <= last and span.column not in self._highlighter.known:
                return span
        return None

    def _pop_up(self) -> None:
        self._popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        place = self.cursorRect().translated(self.viewport().pos() + _BELOW_THE_LINE)
        bar = self._popup.verticalScrollBar().sizeHint().width()
        place.setWidth(self._widest_completion() + bar + _POPUP_FRAME)
        self._completer.complete(place)
        # It forgets the stylesheet's padding, and would scroll by a few pixels.
        shown = min(self._completer.completionCount(), _MOST_OFFERED)
        height = shown * self._popup.sizeHintForRow(0) + 2 * self._popup.frameWidth()
        self._popup.resize(self._popup.width(), height)

    def _widest_completion(self) -> int:
        """In pixels, of the first ones: measuring 16,384 names would take two seconds."""
        found, metrics = self._completer.completionModel(), self._popup.fontMetrics()
        names = (found.index(place, 0).data() for place in range(_MOST_MEASURED))
        widest = max(metrics.horizontalAdvance(name or "") for name in names)
        return min(max(widest, _NARROWEST_POPUP), _WIDEST_POPUP)

    def _complete(self, column: str) -> None:
        begun = _OPEN.search(self._text_before_cursor())
        if begun is None:
            return
        cursor = self.textCursor()
        after = cursor.block().text()[len(self._text_before_cursor()) :]
        rest = _REST.match(after)
        cursor.beginEditBlock()
        end = cursor.position() + (_qt_length(rest[0]) if rest else 0)
        cursor.setPosition(cursor.position() - _qt_length(begun[0]))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(placeholder(column))
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def _text_before_cursor(self) -> str:
        cursor = self.textCursor()
        units = cursor.block().text().encode("utf-16-le")[: cursor.positionInBlock() * 2]
        return units.decode("utf-16-le", errors="replace")


def _qt_length(text: str) -> int:
    """Qt counts UTF-16 code units, where an emoji is two."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)  # noqa: PLR2004 (the end of the basic plane)


def _x_of(found: object) -> float:
    """The bindings return the position alone or with the cursor it was moved to."""
    return float(found[0]) if isinstance(found, tuple) else float(found)  # type: ignore[arg-type] # object on purpose: the stubs know one form only
