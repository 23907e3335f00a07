"""Spreadsheets: every cell as it is shown, several tables on a sheet."""
