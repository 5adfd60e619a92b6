"""The edge to Telegram: transport, intake, workers, rendering, and what its errors prove."""
