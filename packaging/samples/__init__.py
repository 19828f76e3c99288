"""The parts of the sample tables: hand-written phrases and the dice that put them together."""
