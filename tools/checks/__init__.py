"""What tools/test.py and tools/prove.py share: commands, the runners' reports, and the table at the end."""
