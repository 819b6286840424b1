"""Shared by tools/test.py and tools/prove.py: commands, the runners' reports, and the table at the end."""
