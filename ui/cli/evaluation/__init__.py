"""The commands of `sourcebook eval`."""
