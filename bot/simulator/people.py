"""The people of the simulator and the one bot they talk to."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Person:
    """Somebody with a Telegram account; the id is also the id of the private chat."""

    id: int
    first_name: str
    language: str | None = None
    last_name: str | None = None
    username: str | None = None
    note: str = ""
    # Telegram tells no bot a zone; it only says how this person's screen shows times.
    zone: str | None = None

    @property
    def name(self) -> str:
        """The name as a messenger shows it."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def as_user(self) -> dict[str, Any]:
        """The User of the Bot API."""
        return _without_none(
            id=self.id,
            is_bot=False,
            first_name=self.first_name,
            last_name=self.last_name,
            username=self.username,
            language_code=self.language,
        )

    def as_chat(self) -> dict[str, Any]:
        """The private Chat of the Bot API."""
        return _without_none(
            id=self.id,
            type="private",
            first_name=self.first_name,
            last_name=self.last_name,
            username=self.username,
        )


@dataclass(slots=True)
class Profile:
    """What the bot says about itself, by language; the empty language is the default."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    # (scope, language) -> commands; the scope is written as its sorted parts.
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    # Chat id -> menu button; 0 is the default of the bot.
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)

    def commands_for(self, person: Person) -> list[dict[str, str]]:
        """The commands this person's client lists: the narrowest scope, then the language."""
        return self._commands(person, f"chat:{person.id}", "all_private_chats")

    def commands_in(
        self, group_id: int, person: Person, *, in_charge: bool
    ) -> list[dict[str, str]]:
        """The commands this person's client lists in a group."""
        scopes = [f"chat_member:{group_id}:{person.id}"]
        scopes += [f"chat_administrators:{group_id}"] * in_charge
        scopes += [f"chat:{group_id}"]
        scopes += ["all_chat_administrators"] * in_charge
        return self._commands(person, *scopes, "all_group_chats")

    def _commands(self, person: Person, *scopes: str) -> list[dict[str, str]]:
        language = short_language(person.language)
        for scope in (*scopes, "default"):
            for wanted in dict.fromkeys((language, "")):
                if commands := self.commands.get((scope, wanted)):
                    return commands
        return []

    def said(self, texts: dict[str, str], language: str | None, default: str = "") -> str:
        """The text for a language, or the one for everybody."""
        return texts.get(short_language(language)) or texts.get("") or default


def short_language(language: str | None) -> str:
    """The two letters by which Telegram keys a bot's own texts."""
    return (language or "").replace("_", "-").split("-")[0].lower()


def _without_none(**parts: object) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value is not None}
