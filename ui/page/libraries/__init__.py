"""The switch, the menu and the trash of libraries."""
