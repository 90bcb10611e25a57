"""Who holds the keyboard and who drives the debugger."""
