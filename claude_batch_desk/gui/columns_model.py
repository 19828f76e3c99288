"""The columns of a table as a list: what each holds, and what the person wants of it."""

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from claude_batch_desk.core.tables.profile import ColumnProfile, Look, Personal
from claude_batch_desk.gui.wording import TIP_CHARACTERS, number, one_line

AnyIndex = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole
"""The role under which an index has its ColumnEntry."""
_ALL = 100
_NOWHERE = QModelIndex()


def _tr(text: str) -> str:
    return QCoreApplication.translate("columns", text)


@dataclass(frozen=True)
class ColumnEntry:
    """One column of the source."""

    name: str
    profile: ColumnProfile | None = None
    """None while the table is read, where an earlier version read it, and for one left out."""
    kept: bool = False
    """It never leaves this computer."""
    left_out: bool = False
    """It is not part of the table."""


def entries_of(
    columns: Sequence[str],
    profile: Sequence[ColumnProfile],
    excluded: Collection[str],
    left_out: Sequence[str],
) -> list[ColumnEntry]:
    """The entries of a table's columns, those that were left out at the end."""
    profiles = {each.name: each for each in profile}
    kept = frozenset(excluded)
    there = [ColumnEntry(name, profiles.get(name), name in kept) for name in columns]
    return there + [ColumnEntry(name, None, name in kept, left_out=True) for name in left_out]


class ColumnsModel(QAbstractListModel):
    """The columns, or those whose names contain what is looked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[ColumnEntry] = []
        self._shown: list[ColumnEntry] = []
        self._wanted = ""

    @property
    def entries(self) -> Sequence[ColumnEntry]:
        """All columns, found or not."""
        return self._all

    def set_entries(self, entries: Sequence[ColumnEntry]) -> None:
        """Show these columns; where only their state changed, the list stays where it is."""
        same = [each.name for each in entries] == [each.name for each in self._all]
        if not same:
            self.beginResetModel()
        self._all = list(entries)
        self._shown = self._found()
        if not same:
            self.endResetModel()
        elif self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))

    def find(self, wanted: str) -> None:
        """Show only columns whose names contain this, without regard to case."""
        self.beginResetModel()
        self._wanted = wanted.casefold()
        self._shown = self._found()
        self.endResetModel()

    def place(self, name: str) -> QModelIndex:
        """Where a column is; invalid where it is not shown."""
        found = (row for row, each in enumerate(self._shown) if each.name == name)
        row = next(found, -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def _found(self) -> list[ColumnEntry]:
        return [each for each in self._all if self._wanted in each.name.casefold()]

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """The columns shown; a column has none."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name; all that is known of the column for a screen reader; the entry."""
        if not index.isValid():
            return None
        entry = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(entry.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((one_line(entry.name), *facts(entry), *states(entry)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return html.escape(entry.name[:TIP_CHARACTERS])
        return entry if role == ENTRY else None


def look_word(look: Look) -> str:
    """What the values of a column look like, in a word."""
    return {
        "empty": _tr("Empty"),
        "text": _tr("Text"),
        "number": _tr("Number"),
        "date": _tr("Date"),
        "category": _tr("Category"),
        "url": _tr("Web address"),
        "path": _tr("File path"),
        "email": _tr("E-mail"),
    }[look]


LOOK_ICONS: dict[Look, str] = {
    "empty": "minus",
    "text": "type-text",
    "number": "type-number",
    "date": "type-date",
    "category": "type-category",
    "url": "type-url",
    "path": "file",
    "email": "type-email",
}


def personal_word(personal: Personal) -> str:
    """What a column may tell of people, in a few words; "" for nothing."""
    return {
        "": "",
        "name": _tr("looks like names"),
        "email": _tr("looks like e-mail"),
        "phone": _tr("looks like phone numbers"),
        "account": _tr("looks like account numbers"),
    }[personal]


def filled_words(profile: ColumnProfile) -> str:
    """The share of rows with a value; never 100 % or 0 % where that is not so."""
    rows = profile.filled + profile.empty
    if not profile.empty:
        return _tr("all filled")
    share = profile.filled * _ALL // max(rows, 1)
    if profile.filled and not share:
        return _tr("less than 1 % filled")
    return _tr("%1 % filled").replace("%1", str(share))


def distinct_words(profile: ColumnProfile) -> str:
    """How many different values there are; ≈ before an estimate."""
    about = "≈ " if profile.distinct_is_estimate else ""
    if not about and profile.distinct == profile.filled and profile.distinct > 1:
        return _tr("all different")
    if profile.distinct == 1:
        return _tr("one value")
    return _tr("%1 different").replace("%1", about + number(profile.distinct))


def length_words(profile: ColumnProfile) -> str:
    """How long the values are."""
    if profile.longest == 1:
        return _tr("1 character each")
    words = _tr("Longest %1 characters, typically %2")
    return words.replace("%1", number(profile.longest)).replace("%2", number(profile.typical))


def facts(entry: ColumnEntry) -> list[str]:
    """What is known of a column's values, in a few words each."""
    if entry.left_out:
        return [_tr("Left out")]
    profile = entry.profile
    if profile is None:
        return []
    if not profile.filled:
        return [look_word(profile.looks_like)]
    return [look_word(profile.looks_like), filled_words(profile), distinct_words(profile)]


def badge(entry: ColumnEntry) -> tuple[str, str, str]:
    """An icon, a short word and the colour of both for what is said of a column; "" for nothing."""
    if entry.kept:
        return "lock", _tr("never sent"), "good"
    personal: Personal = entry.profile.personal if entry.profile else ""
    word = {
        "": "",
        "name": _tr("names?"),
        "email": _tr("e-mail?"),
        "phone": _tr("phone?"),
        "account": _tr("account?"),
    }[personal]
    return "shield", word, "warning"


def states(entry: ColumnEntry) -> list[str]:
    """What is said of a column beside its values, in a few words each."""
    if entry.kept:
        return [_tr("never sent")]
    word = personal_word(entry.profile.personal) if entry.profile else ""
    return [word] if word else []
