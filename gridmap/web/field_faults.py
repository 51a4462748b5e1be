"""What is wrong with the fields of a request, in the language of the answer."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gridmap.sentence import ENGLISH, Sentence, Term, Value, Voice

_TEMPLATES: Mapping[str, str] = {
    "missing": "Field required",
    "extra_forbidden": "Extra inputs are not permitted",
    "string_type": "Input should be a valid string",
    "string_too_short": "String should have at least {min_length} characters",
    "string_too_long": "String should have at most {max_length} characters",
    "string_pattern_mismatch": "String is not of the form that is asked for",
    "int_type": "Input should be a valid integer",
    "int_parsing": "Input should be a valid integer",
    "int_parsing_size": "Input is too large a number",
    "int_from_float": "Input should be a valid integer",
    "float_type": "Input should be a valid number",
    "float_parsing": "Input should be a valid number",
    "decimal_type": "Input should be a valid number",
    "decimal_parsing": "Input should be a valid number",
    "finite_number": "Input should be a finite number",
    "bool_type": "Input should be yes or no",
    "bool_parsing": "Input should be yes or no",
    "date_type": "Input should be a valid date",
    "date_parsing": "Input should be a valid date",
    "date_from_datetime_parsing": "Input should be a valid date",
    "date_from_datetime_inexact": "Input should be a valid date",
    "datetime_type": "Input should be a valid date and time",
    "datetime_parsing": "Input should be a valid date and time",
    "datetime_from_date_parsing": "Input should be a valid date and time",
    "timezone_aware": "Input should have a time zone, such as +08:00",
    "enum": "Input should be one of those that can be chosen",
    "literal_error": "Input should be one of those that can be chosen",
    "greater_than": "Input should be greater than {gt}",
    "greater_than_equal": "Input should be {ge} or more",
    "less_than": "Input should be less than {lt}",
    "less_than_equal": "Input should be {le} or less",
    "too_short": "There should be at least {min_length} of it",
    "too_long": "There should be at most {max_length} of it",
    "list_type": "Input should be a valid list",
    "tuple_type": "Input should be a valid list",
    "model_type": "Input should be an object of fields and values",
    "model_attributes_type": "Input should be an object of fields and values",
    "dict_type": "Input should be an object of fields and values",
    "json_invalid": "The body is not valid JSON",
}
"""By the type of pydantic's error. In English pydantic's own words stand."""

FIELD_TEMPLATES = frozenset(_TEMPLATES.values())
_UNKNOWN = "It can't be used: {reason}"


def list_field_faults(errors: Sequence[Mapping[str, Any]], voice: Voice) -> list[dict[str, str]]:
    """List `field`, `label` and `reason` of each error of pydantic; not the input, which a page should not repeat."""
    return [
        {
            "field": ".".join(map(str, fault["loc"])),
            "reason": _say(fault, voice),
            "label": _say_field(fault["loc"], voice),
        }
        for fault in errors
    ]


def _say(fault: Mapping[str, Any], voice: Voice) -> str:
    message = str(fault["msg"])
    if voice is ENGLISH:
        return message
    template = _TEMPLATES.get(fault["type"])
    if template is None:
        # A validator of ours raises a plain ValueError with a sentence without values.
        said = Sentence(message.removeprefix("Value error, "))
        known = said.say(voice) != str(said)
        return said.say(voice) if known else Sentence(_UNKNOWN, reason=message).say(voice)
    context = fault.get("ctx") or {}
    figures = {name: value for name, value in context.items() if isinstance(value, (int, float, Decimal))}
    # 180.0 is what the type of a bound makes of 180.
    values: dict[str, Value] = {
        name: int(value) if value == int(value) else value
        for name, value in figures.items()
        if f"{{{name}}}" in template
    }
    return Sentence(template, **values).say(voice)


def _say_field(location: Sequence[object], voice: Voice) -> str:
    # body.orders.0.unit: the last name is what a form calls a field; a number is the place in a list.
    names = [str(part) for part in location[1:] if not isinstance(part, int)]
    return voice.say_term(Term("field", names[-1])) if names else ""
