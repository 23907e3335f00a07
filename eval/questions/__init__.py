"""Question sets, their gold evidence and their libraries."""
