"""Money: the verbs about what was spent, what may still come, and how good the estimates were."""

from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.money.standing import Committed, Spent, Standing, standing


class Money:
    """What one data folder has paid. Safe to use from several threads."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stores = ground.stores

    def spent_this_month(self, mode: Mode) -> Spent:
        """What was billed this calendar month, on the person's clock, by the returned usage."""
        return self.standing(mode).spent

    def committed(self, mode: Mode) -> Committed:
        """What jobs that were sent may still cost: expected, and in the worst case."""
        return self.standing(mode).committed

    def standing(self, mode: Mode) -> Standing:
        """Both as of one moment, for whoever is to keep their sum below a limit."""
        return standing(self._stores, mode)
