"""The running program: wiring, processes, and the edges to Telegram and HTTP."""
