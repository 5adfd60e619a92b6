"""The format of a place: on the map, on the web, or both."""

from pydantic import Field

from xinno_core.blueprints.files.fields import Degrees, Form, Link, Name, Paragraph


class Place(Form):
    """Where people meet."""

    name: Name = Field(description="Name of the place, as it stands on the door; Online.")
    address: Name | None = Field(
        default=None, description="Street and town, as a map finds them; needed without a link."
    )
    room: Name | None = Field(default=None, description="Room or floor, such as Sala 2.")
    link: Link | None = Field(
        default=None, description="Where an online event is: https://meet.example.org/talks."
    )
    nuts3: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}[A-Z0-9]{3}$", description="NUTS 3 code, such as ITH36."
    )
    latitude: Degrees | None = Field(
        default=None, ge=-90, le=90, description="Latitude, such as 45.4077."
    )
    longitude: Degrees | None = Field(
        default=None, ge=-180, le=180, description="Longitude, such as 11.8734."
    )
    directions: Paragraph | None = Field(
        default=None, description="How to get there and in, in each language."
    )
