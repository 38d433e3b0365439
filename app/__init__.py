"""The programs that people run: the command line and the chat page."""
