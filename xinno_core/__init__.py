"""Everything that is true without Telegram, web or scheduler."""
