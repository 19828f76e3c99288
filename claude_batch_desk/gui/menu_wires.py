"""Which dialog each entry of the menus opens."""

from claude_batch_desk.gui.dialogs import Dialogs
from claude_batch_desk.gui.menus import Menus


def connect_dialogs(menus: Menus, dialogs: Dialogs) -> None:
    """Let the menus open the dialogs that need nothing of the job in the window."""
    menus.spend_requested.connect(dialogs.show_spend)
    menus.key_requested.connect(dialogs.show_key)
    menus.settings_requested.connect(dialogs.show_settings)
    menus.upkeep_requested.connect(dialogs.show_upkeep)
    menus.account_requested.connect(dialogs.show_account)
    menus.help_requested.connect(dialogs.show_help)
    menus.about_requested.connect(dialogs.show_about)
