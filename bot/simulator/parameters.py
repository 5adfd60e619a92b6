"""Reading the parameters of a call, which arrive as JSON or as texts of a form."""

import json
from collections.abc import Mapping
from typing import Any

from bot.simulator.errors import bad_request

Upload = tuple[str, bytes]


class Parameters:
    """The parameters of one call; every reader says no in Telegram's words."""

    def __init__(
        self,
        method: str,
        values: Mapping[str, Any],
        files: Mapping[str, Upload] | None = None,
    ) -> None:
        self.method = method
        self._values = {name: value for name, value in values.items() if value is not None}
        self._files = dict(files or {})

    def __contains__(self, name: str) -> bool:
        return name in self._values or name in self._files

    def names(self) -> set[str]:
        """All parameters that were given; files sent along under free names do not count."""
        attached = set(self._files) - set(self._values)
        return set(self._values) | {name for name in attached if not self._is_attachment(name)}

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers and booleans become their text."""
        value = self._values.get(name, default)
        if isinstance(value, (dict, list)):
            raise bad_request(f'field "{name}" must be of type String')
        return str(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        value = self._values.get(name, default)
        try:
            return int(str(value))  # through the text, so that true is no number
        except ValueError:
            raise bad_request(f'field "{name}" must be a valid Number') from None

    def number(self, name: str) -> float:
        """A number with a fraction."""
        try:
            return float(self._values[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f'field "{name}" must be a valid Number') from None

    def boolean(self, name: str) -> bool:
        """A yes or no, no when left out."""
        value = self._values.get(name, False)
        if isinstance(value, str):
            return value.strip().lower() in {"true", "yes", "1"}
        return bool(value)

    def json(self, name: str) -> Any:  # noqa: ANN401  JSON is any
        """A structured value, given as JSON or already read; None when left out or empty."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name}: it is no JSON") from None

    def array(self, name: str) -> list[Any] | None:
        """A JSON array; None when left out."""
        value = self.json(name)
        if value is None or isinstance(value, list):
            return value
        raise bad_request(f"expected an Array of {name}")

    def object(self, name: str) -> dict[str, Any] | None:
        """A JSON object; None when left out."""
        value = self.json(name)
        if value is None or isinstance(value, dict):
            return value
        raise bad_request(f"object expected as {name.replace('_', ' ')}")

    def chat_id(self) -> int:
        """The private chat that is meant; names reach no private chat, so they find nothing."""
        value = self.text("chat_id").strip()
        if not value:
            raise bad_request("chat_id is empty")
        try:
            return int(value)
        except ValueError:
            raise bad_request("chat not found") from None

    def upload(self, name: str) -> Upload | str:
        """A file that came along, or the text that names one already known."""
        if name in self._files:
            return self._files[name]
        value = self.text(name)
        if value.startswith("attach://"):
            try:
                return self._files[value.removeprefix("attach://")]
            except KeyError:
                raise bad_request("wrong file identifier/HTTP URL specified") from None
        return value

    def part(self, body: Mapping[str, Any]) -> "Parameters":
        """An object within the call, read in the same way; files belong to the whole call."""
        return Parameters(self.method, body, self._files)

    def _is_attachment(self, name: str) -> bool:
        # Within an object the reference may still be part of a text of JSON.
        reference = f"attach://{name}"
        texts = (v if isinstance(v, str) else json.dumps(v) for v in self._values.values())
        return any(reference in text for text in texts)
