"""Sending what was promised: a limiter with two lanes, and the sender."""
