"""The Telegram edge: raw updates come in, rendered messages go out."""
