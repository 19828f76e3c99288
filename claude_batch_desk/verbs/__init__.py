"""What the command line does, verb by verb."""
