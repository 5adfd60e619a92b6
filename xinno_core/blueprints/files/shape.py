"""What a form refuses, in sentences for the author of the file."""

import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from xinno_core.blueprints.files.fields import nearest, shown
from xinno_core.blueprints.files.problems import Fault

AnyForm = TypeVar("AnyForm", bound=BaseModel)


def shape(form: type[AnyForm], data: Any) -> tuple[AnyForm | None, list[Fault]]:  # noqa: ANN401 (a file's values)
    """Return the filled form, or everything that keeps it from being filled."""
    try:
        return form.model_validate(data), []
    except ValidationError as error:
        return None, list(_faults(form, error))


def _faults(form: type[BaseModel], error: ValidationError) -> Iterator[Fault]:
    for one in error.errors():
        path = one["loc"]
        at_name = path[-1:] == ("[key]",)
        path = path[:-1] if at_name else path
        wrong, cure = _sentences(form, one)
        yield Fault(path, wrong, cure, at_name=at_name or one["type"] == "extra_forbidden")


_SENTENCES = {
    # What pydantic calls it: what is wrong, and the cure.
    "missing": ("is missing.", "Add it: {means}"),
    "int_type": (
        "is {shown}, which is not a whole number.",
        "Write digits without quotes, such as 30.",
    ),
    "float_type": ("is {shown}, which is not a number.", "Write digits, such as 45.4."),
    "finite_number": ("is {shown}, which is not a number.", "Write digits, such as 45.4."),
    "bool_type": ("is {shown}, neither true nor false.", "Write true or false, without quotes."),
    "dict_type": (
        "is {shown}, where a text for each language is expected.",
        "Write one line per language below it, such as `en: Welcome`.",
    ),
    "model_type": ("is {shown}, where a group of fields is expected.", "{means}"),
    "list_type": (
        "is {shown}, where a list is expected.",
        "Write one entry per line, each beginning with a hyphen, or [a, b].",
    ),
    "string_too_short": ("is empty.", "Write the text."),
    "too_short": ("is empty.", "{means}"),
    "too_long": (
        "has {actual_length} entries; at most {max_length} fit.",
        "Remove the least important ones.",
    ),
    "greater_than_equal": ("is {shown}; the least is {ge}.", "Write {ge} or more."),
    "less_than_equal": ("is {shown}; the most is {le}.", "Write {le} or less."),
    "string_pattern_mismatch": ("is {shown}, which does not have the right form.", "{means}"),
}


def _sentences(form: type[BaseModel], error: ErrorDetails) -> tuple[str, str]:
    owner, field = _field_at(form, error["loc"])
    means = (field.description if field else None) or "See docs/formats.md."
    value, said = error["input"], error.get("ctx", {})
    match error["type"]:
        case "refused":
            return said["wrong"], said["cure"]
        case "extra_forbidden":
            return _unknown_field(owner, str(error["loc"][-1]))
        case kind if value is None and kind != "missing":
            return "has no value.", means
        case "literal_error":
            known = [word.strip("'") for word in re.split(r", | or ", said["expected"])]
            return (
                f"is {shown(value)}, which is not known here.",
                f"{nearest(value, known)}Write one of: {', '.join(known)}.",
            )
        case "string_type":
            is_one_word = not isinstance(value, (list, dict))
            return (
                f"is {shown(value)}, where a text is expected.",
                f'Put it in quotes: "{shown(value)}".' if is_one_word else means,
            )
        case "string_too_long":
            longest = said["max_length"]
            return (
                f"is {len(value)} characters long; {longest} fit.",
                f"Shorten it by {len(value) - longest}.",
            )
        case kind:
            wrong, cure = _SENTENCES.get(kind, ("can't be used as it is.", "{means}"))
            known_words = {**said, "shown": shown(value), "means": means}
            return wrong.format_map(known_words), cure.format_map(known_words)


def _unknown_field(owner: type[BaseModel], name: str) -> tuple[str, str]:
    known = [info.alias or key for key, info in owner.model_fields.items()]
    close = nearest(name, known)
    return (
        "is not a field of the format.",
        f"{close or 'Remove it. '}Known here: {', '.join(known)}.",
    )


def _field_at(
    form: type[BaseModel], path: tuple[int | str, ...]
) -> tuple[type[BaseModel], FieldInfo | None]:
    """Return the form that owns the field at a path, and the field, if the form knows it."""
    owner: type[BaseModel] = form
    field: FieldInfo | None = None
    for part in path:
        if not isinstance(part, str):
            continue
        inner = _form_in(field.annotation) if field else None
        if field and inner is None:
            break  # inside a text of several languages; the field is the text
        owner = inner or owner
        field = next(
            (info for name, info in owner.model_fields.items() if part == (info.alias or name)),
            None,
        )
        if field is None:
            break
    return owner, field


def _form_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 (typing has no type for types)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _form_in(one))), None)
