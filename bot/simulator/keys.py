"""What the routes of the simulator's server share."""

import asyncio

from aiohttp import web

from bot.simulator.clock import ClockControl
from bot.simulator.state import Simulator

SIMULATOR = web.AppKey("simulator", Simulator)
CLOSING = web.AppKey("closing", asyncio.Event)
# Absent when nobody handed in a clock: then the web chat shows none.
CLOCK = web.AppKey("clock", ClockControl)
