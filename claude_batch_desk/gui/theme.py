"""How the window looks: one grid, two palettes, one accent.

Colours are never held: whoever paints asks `colours(widget.palette())`, so a change of theme
reaches everything that is painted again.
"""

from dataclasses import asdict, dataclass
from functools import cache
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from claude_batch_desk.core.resources import read_resource, resource_path

ThemeChoice = Literal["system", "light", "dark"]

GRID = 8
"""Device-independent pixels; every gap is a multiple or a half of it."""
TIGHT, SPACE, WIDE, LOOSE = GRID // 2, GRID, GRID * 2, GRID * 3
ICON = 18
"""The side of an icon beside text."""
_FALLBACK_FAMILIES = ("Inter", "Noto Sans", "Cantarell", "Ubuntu")
_DARKER_THAN_MIDDLE = 128


@dataclass(frozen=True)
class Colours:
    """The colours of a theme, as #rrggbb. Each text colour has a contrast of 4.5 or more."""

    window: str
    sidebar: str
    surface: str
    """Of cards, tables and fields: what is written on."""
    hover: str
    border: str
    strong_border: str
    text: str
    muted: str
    """Text that may be overlooked."""
    faint: str
    """Disabled text; the one colour without a promise of contrast."""
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    """The accent as a background under ordinary text."""
    info: str
    info_soft: str
    good: str
    good_soft: str
    warning: str
    warning_soft: str
    error: str
    error_soft: str


LIGHT = Colours(
    window="#faf9f6",
    sidebar="#f2f0ea",
    surface="#ffffff",
    hover="#f0ede6",
    border="#e4e0d7",
    strong_border="#cbc6ba",
    text="#22201d",
    muted="#66625a",
    faint="#a39e93",
    accent="#ad4e2b",
    accent_hover="#964222",
    on_accent="#ffffff",
    accent_soft="#f7e7df",
    info="#2c5f8d",
    info_soft="#e6eff7",
    good="#2d6a3f",
    good_soft="#e5f2e8",
    warning="#805300",
    warning_soft="#fbf0d6",
    error="#a8282f",
    error_soft="#fae7e7",
)
DARK = Colours(
    window="#201f1d",
    sidebar="#191817",
    surface="#2a2826",
    hover="#34322f",
    border="#3b3935",
    strong_border="#55524c",
    text="#f1efe9",
    muted="#b3aea4",
    faint="#79756d",
    accent="#e3926f",
    accent_hover="#eda787",
    on_accent="#231612",
    accent_soft="#4a3026",
    info="#8fbfe8",
    info_soft="#22384c",
    good="#8fcf9f",
    good_soft="#22402a",
    warning="#ecc26a",
    warning_soft="#463813",
    error="#f29a9a",
    error_soft="#4d2526",
)


def colours(palette: QPalette) -> Colours:
    """The colours of the theme a palette belongs to."""
    # Style sheets make the window of a widget transparent, but they leave this role alone.
    return DARK if palette.toolTipBase().color().lightness() < _DARKER_THAN_MIDDLE else LIGHT


def palette_of(theme: Colours) -> QPalette:
    """The palette that makes Fusion wear these colours."""
    role = QPalette.ColorRole
    palette = QPalette()
    for each, colour in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.PlaceholderText: theme.faint,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent_soft,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.surface,
        role.Midlight: theme.hover,
        role.Mid: theme.strong_border,
        role.Dark: theme.strong_border,
        role.Shadow: theme.sidebar,
    }.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.faint))
    return palette


@cache
def stylesheet(theme: Colours) -> str:
    """What a palette cannot say: corners, paddings, and the looks widgets ask for by property."""
    text = read_resource("themes/desk.qss").decode()
    icons = resource_path("icons").as_posix()
    return Template(text).substitute(
        asdict(theme), icons=icons, mark="white" if theme is LIGHT else "black"
    )


def apply_theme(app: QApplication, choice: ThemeChoice) -> None:
    """Dress the application; "system" asks the desktop whether it is light or dark."""
    dark = choice == "dark" or (
        choice == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    )
    theme = DARK if dark else LIGHT
    if not app.styleSheet():
        app.setFont(_readable(app.font()))
        app.setStyle("Fusion")
    app.setPalette(palette_of(theme))
    app.setStyleSheet(stylesheet(theme))


def _readable(font: QFont) -> QFont:
    """The desktop's own font; without a desktop, the best one installed, not the first."""
    if font.family() in {"", "Sans Serif", "Sans", "DejaVu Sans"}:
        installed = set(QFontDatabase.families())
        found = next((each for each in _FALLBACK_FAMILIES if each in installed), "")
        if found:
            font.setFamilies([found, font.family()])
            font.setPointSizeF(max(font.pointSizeF(), 10.0))
    return font


class Theme(QObject):
    """Keeps the application dressed while the desktop changes between light and dark."""

    def __init__(self, app: QApplication, choice: ThemeChoice) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self._hints = app.styleHints()  # a fresh wrapper each time has been seen to die early
        self._hints.colorSchemeChanged.connect(self._follow)
        apply_theme(app, choice)

    @property
    def choice(self) -> ThemeChoice:
        """What the person chose."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Dress the application as the person wants it from now on."""
        self._choice = choice
        apply_theme(self._app, choice)

    @Slot()
    def _follow(self) -> None:
        if self._choice == "system":
            apply_theme(self._app, "system")
