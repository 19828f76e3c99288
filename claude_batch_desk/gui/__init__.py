"""The window: pages show and ask; all work is a core function run by gui.tasks."""
