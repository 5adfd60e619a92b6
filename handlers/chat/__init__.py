"""The chat: one module per feature, from an update to a service to a screen."""
