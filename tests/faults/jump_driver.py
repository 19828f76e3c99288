"""The crash driver with a wrong clock, for a process of its own."""

from tests.faults.jumping import disturb

disturb()

from tests.faults.crash_driver import main  # noqa: E402 - the clock goes first

if __name__ == "__main__":
    main()
