# SPDX-License-Identifier: Apache-2.0
"""All diagnostics. A number is never used again for another thing; docs/diagnostics.md has a section for each.

E01 words, E02 grammar, E03 files and conditions, E04 names, E05 types, E06 ordinals and versions, E07 values and enums,
E08 attributes and interfaces, E09 backends. The order of this file is the order of the numbers.
"""

from __future__ import annotations

from idlc.diagnostics.rule import error, rules_in, warning

# --- E01: words


@error(101, "illegal character")
def illegal_character(character: str) -> str:
    shown = f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
    return f"the character {shown} has no meaning here"


@error(102, "unterminated comment")
def unterminated_comment() -> str:
    return "this comment has no end"


@error(103, "unterminated string")
def unterminated_string() -> str:
    return "this string has no end"


@error(104, "unknown escape in a string")
def unknown_escape(escape: str) -> str:
    return f"unknown escape '{escape}' in a string"


@error(105, "number with a leading zero")
def leading_zero(number: str) -> str:
    return f"the number {number} has a leading zero; octal numbers are not part of the language"


@error(106, "malformed ordinal")
def bad_ordinal(ordinal: str) -> str:
    return f"'{ordinal}' is not an ordinal"


@error(107, "ordinal too large")
def ordinal_too_large(ordinal: str) -> str:
    return f"the ordinal {ordinal} is larger than 4294967295"


@error(108, "string that is not UTF-8")
def string_not_utf8() -> str:
    return "the escapes in this string do not form valid UTF-8"


# --- E02: grammar


@error(201, "unexpected word")
def unexpected(found: str, expected: str) -> str:
    return f"expected {expected}, found {found}"


@error(202, "missing semicolon")
def missing_semicolon(after: str) -> str:
    return f"missing ';' after {after}"


@error(203, "keyword used as a name")
def keyword_as_name(word: str) -> str:
    return f"'{word}' is a keyword and cannot be a name"


@error(204, "body without an end")
def unclosed_body(what: str, name: str) -> str:
    return f"the body of {what} '{name}' has no closing '}}'"


@error(205, "definition where it may not stand")
def misplaced_definition(what: str, where: str) -> str:
    return f"{what} cannot stand inside {where}"


@error(206, "two module statements")
def second_module() -> str:
    return "a file has only one module statement"


@error(207, "module statement not first")
def module_not_first() -> str:
    return "the module statement must be the first in the file"


@error(208, "import after a definition")
def late_import() -> str:
    return "imports must stand before all definitions"


@error(209, "unknown kind of handle")
def unknown_handle_kind(kind: str) -> str:
    return f"'{kind}' is not a kind of handle"


@error(210, "bad size of a fixed array")
def bad_array_size(size: str) -> str:
    return f"'{size}' cannot be the size of an array; it must be a decimal number from 1 to 4294967295"


@error(211, "type nested too deeply")
def type_too_deep(limit: int) -> str:
    return f"types nest deeper than {limit} levels here"


@error(212, "old spelling 'associated'")
def old_associated(interface: str, is_receiver: bool) -> str:
    old = f"associated {interface}{'&' if is_receiver else ''}"
    return f"'{old}' is an old spelling that is no longer part of the language"


@error(213, "old spelling 'Interface&'")
def old_receiver(interface: str) -> str:
    return f"'{interface}&' is an old spelling that is no longer part of the language"


@error(214, "too many syntax errors")
def too_many_errors(limit: int) -> str:
    return f"more than {limit} syntax errors; the rest of this file is not read"


@error(215, "default where none is allowed")
def default_not_allowed(what: str) -> str:
    return f"{what} cannot have a default value"


@error(216, "comma behind the last item")
def trailing_comma(where: str) -> str:
    return f"{where} cannot end with a comma"


@error(217, "two attribute lists")
def second_attribute_list() -> str:
    return "an item has only one list of attributes"


@error(218, "'|' and '&' mixed in an attribute")
def mixed_operators() -> str:
    return "'|' and '&' cannot be mixed in one attribute"


@error(219, "two question marks")
def double_nullable() -> str:
    return "a type has only one '?'"


@error(220, "map key that is not a plain name")
def map_key_not_plain() -> str:
    return "the key of a map must be a plain name, without '<...>' and without '?'"


@error(221, "result<T, E> in the wrong place")
def misplaced_result() -> str:
    return "'result<T, E>' can only stand alone behind '=>'"


@error(222, "angle brackets behind an unknown word")
def not_generic(word: str) -> str:
    return f"'{word}' takes no '<...>'"


@error(223, "enum value that is neither number nor name")
def enum_value_not_int(found: str) -> str:
    return f"an enum value must be an integer or a name, found {found}"


# --- E03: files and conditions


@error(301, "file not found")
def file_not_found(path: str) -> str:
    return f"cannot find the file '{path}'"


@error(302, "unreadable file")
def file_unreadable(path: str, reason: str) -> str:
    return f"cannot read '{path}': {reason}"


@error(303, "file that is not UTF-8")
def file_not_utf8(path: str, offset: int) -> str:
    return f"'{path}' is not UTF-8 text (byte {offset})"


@error(304, "import not found")
def import_not_found(path: str) -> str:
    return f"cannot find the imported file '{path}'"


@error(305, "circle of imports")
def import_cycle(path: str) -> str:
    return f"importing '{path}' closes a circle of imports"


@error(306, "bad import path")
def bad_import_path(path: str) -> str:
    return f"'{path}' is not an import path"


@error(307, "file too large")
def file_too_large(path: str, limit: int) -> str:
    return f"'{path}' is larger than {limit} bytes"


@error(308, "two conditions on one item")
def second_condition() -> str:
    return "an item has only one EnableIf or EnableIfNot"


@error(309, "condition without a feature name")
def bad_condition(attribute: str) -> str:
    return f"'{attribute}' needs the name of a feature"


@error(310, "condition on the module statement")
def condition_on_module(attribute: str) -> str:
    return f"'{attribute}' cannot stand on the module statement"


@error(311, "file outside of the import roots")
def file_outside_roots(path: str) -> str:
    return f"'{path}' lies under none of the import roots"


@error(312, "file that cannot be written")
def cannot_write(path: str, reason: str) -> str:
    return f"cannot write '{path}': {reason}"


@error(313, "file that cannot be laid out")
def unsafe_layout(path: str) -> str:
    return f"'{path}' is left as it is: laid out anew, a comment would document something else"


# --- E04: names


@error(401, "two definitions of one name")
def duplicate_definition(name: str) -> str:
    return f"'{name}' is defined twice in this module"


@error(402, "two members of one name")
def duplicate_member(name: str, where: str) -> str:
    return f"'{name}' stands twice in {where}"


@error(403, "two enum values of one name")
def duplicate_enum_value(name: str, enum: str) -> str:
    return f"the enum '{enum}' has two values named '{name}'"


@error(404, "two parameters of one name")
def duplicate_parameter(name: str, where: str) -> str:
    return f"two parameters of {where} are named '{name}'"


@error(405, "unknown type")
def unknown_type(name: str) -> str:
    return f"unknown type '{name}'"


@error(406, "name that is not a type")
def not_a_type(name: str, what: str) -> str:
    return f"'{name}' is {what}, not a type"


@error(407, "unknown value")
def unknown_value(name: str) -> str:
    return f"unknown constant or enum value '{name}'"


@error(408, "value used before its definition")
def used_too_early(name: str) -> str:
    return f"'{name}' is used before its definition"


@error(409, "endpoint of something that is no interface")
def not_an_interface(word: str, name: str) -> str:
    return f"'{word}<{name}>': '{name}' is not an interface"


@error(410, "bare interface as a type")
def bare_interface(name: str) -> str:
    return f"the interface '{name}' cannot be used as a type by itself"


@error(411, "one full name in two imported files")
def ambiguous_name(name: str) -> str:
    return f"'{name}' is defined in two of the files visible here"


@error(412, "name that is made by the compiler")
def generated_name(name: str, method: str) -> str:
    return f"'{name}' is also the name made for the method '{method}'"


# --- E05: types


@error(501, "bad type for a map key")
def bad_map_key(what: str) -> str:
    return f"{what} cannot be the key of a map"


@error(502, "union that contains itself")
def union_in_itself(union: str) -> str:
    return f"the union '{union}' cannot be a member of itself"


@error(503, "nullable value in a union")
def nullable_value_in_union(type_: str) -> str:
    return f"a union member cannot be of the nullable value type '{type_}'"


@error(504, "struct that contains itself")
def endless_struct(struct: str) -> str:
    return f"the struct '{struct}' contains itself, so no value of it would have an end"


@error(505, "array too large for a message")
def array_too_large(size: int) -> str:
    return f"an array of {size} elements of this type is larger than a message can be"


@error(506, "short form without Native")
def missing_body(what: str, name: str) -> str:
    return f"the {what} '{name}' has no body"


# --- E06: ordinals and versions


@error(601, "ordinals with a hole")
def ordinal_hole(missing: int, where: str) -> str:
    return f"the ordinals of {where} have a hole: nothing has @{missing}"


@error(602, "ordinal used twice")
def duplicate_ordinal(ordinal: int, where: str) -> str:
    return f"the ordinal @{ordinal} is used twice in {where}"


@error(603, "reserved method ordinal")
def reserved_ordinal(ordinal: int) -> str:
    return f"the ordinal @{ordinal} belongs to the control messages of every interface"


@error(604, "ordinal that follows the largest")
def ordinal_overflow(name: str) -> str:
    return f"'{name}' follows the largest ordinal, so it has none"


@error(605, "bad MinVersion")
def bad_min_version() -> str:
    return "MinVersion must be a number from 0 to 4294967295"


@error(606, "MinVersion that goes down")
def min_version_falls(name: str, version: int, before: int) -> str:
    return f"'{name}' has MinVersion {version}, but the field before it has {before}"


@error(607, "later reference that is not nullable")
def later_not_nullable(name: str, version: int) -> str:
    return f"'{name}' was added in version {version}, so its type must be nullable"


@warning(601, "union ordinals that differ from positions")
def union_ordinal_moved(name: str, ordinal: int, position: int) -> str:
    return (
        f"'{name}' has ordinal {ordinal} but is number {position}; other implementations number by position"
    )


# --- E07: values and enums


@error(701, "value of another type")
def wrong_value_type(found: str, expected: str) -> str:
    return f"{found} does not fit the type '{expected}'"


@error(702, "number out of range")
def out_of_range(value: str, type_: str, lowest: str, highest: str) -> str:
    return f"{value} does not fit '{type_}', which holds {lowest} to {highest}"


@error(703, "type that takes no default")
def no_default_for_type(type_: str) -> str:
    return f"a field of type '{type_}' cannot have a default value"


@error(704, "'default' for something that is no struct")
def default_needs_struct(type_: str) -> str:
    return f"the value 'default' fits structs only, not '{type_}'"


@error(705, "bad type for a constant")
def bad_const_type(type_: str) -> str:
    return f"a constant cannot be of type '{type_}'"


@error(706, "enum value from something that is no integer")
def enum_value_wrong_type(found: str) -> str:
    return f"an enum value must be an integer, but this is {found}"


@error(707, "enum value out of range")
def enum_value_out_of_range(name: str, value: int) -> str:
    return f"'{name}' has the value {value}; enum values are int32"


@error(708, "Default in an enum that is not extensible")
def enum_default_not_extensible(enum: str) -> str:
    return f"[Default] needs an extensible enum, and '{enum}' is not"


@error(709, "two defaults")
def second_default(what: str, name: str) -> str:
    return f"the {what} '{name}' has two members marked [Default]"


@error(710, "extensible union without a default")
def union_without_default(union: str) -> str:
    return f"the extensible union '{union}' has no member marked [Default]"


@error(711, "bad type for the default of a union")
def bad_union_default(type_: str) -> str:
    return f"the [Default] member of a union must be nullable or an integer or bool, not '{type_}'"


@error(712, "Default in a union that is not extensible")
def union_default_not_extensible(union: str) -> str:
    return f"[Default] needs an extensible union, and '{union}' is not"


@warning(701, "enum value with a special meaning elsewhere")
def blink_value(value: int) -> str:
    return f"the value {value} is refused by Chromium's compiler: -128 and -127 mark empty places in its hash tables"


# --- E08: attributes and interfaces


@error(801, "Sync without a response")
def sync_without_response(method: str) -> str:
    return f"the method '{method}' is [Sync] but has no response"


@error(802, "NoInterrupt without Sync")
def no_interrupt_without_sync(method: str) -> str:
    return f"the method '{method}' is [NoInterrupt] but not [Sync]"


@error(803, "attribute given twice")
def duplicate_attribute(name: str) -> str:
    return f"the attribute '{name}' is given twice"


@error(804, "bad value of an attribute")
def bad_attribute_value(name: str, expected: str) -> str:
    return f"the attribute '{name}' needs {expected}"


@error(805, "stable definition that uses one that is not")
def stable_uses_unstable(user: str, used: str) -> str:
    return f"'{user}' is [Stable] but uses '{used}', which is not"


@error(806, "stable method without an ordinal")
def stable_without_ordinal(method: str) -> str:
    return f"the method '{method}' of a [Stable] interface needs a written ordinal"


@error(807, "stable enum that is not extensible")
def stable_enum_not_extensible(enum: str) -> str:
    return f"the enum '{enum}' is [Stable], so it must be [Extensible]"


@error(808, "guarded interface passed without '?'")
def guarded_not_nullable(interface: str) -> str:
    return f"'{interface}' has a RuntimeFeature, so its endpoints must be nullable"


@error(809, "endpoint that needs an AllowedContext")
def missing_allowed_context(method: str, interface: str) -> str:
    return f"'{method}' passes an endpoint of '{interface}', which has a RequireContext, so it needs an AllowedContext"


@error(810, "AllowedContext of too little privilege")
def weak_allowed_context(method: str, allowed: str, interface: str, required: str) -> str:
    return f"'{method}' allows {allowed}, but passes an endpoint of '{interface}', which requires {required}"


@warning(801, "unknown attribute")
def unknown_attribute(name: str) -> str:
    return f"unknown attribute '{name}'"


@warning(802, "attribute in the wrong place")
def misplaced_attribute(name: str, what: str) -> str:
    return f"the attribute '{name}' has no meaning on {what}"


# --- E09: backends


@error(901, "not supported by the backend")
def not_supported(backend: str, what: str) -> str:
    return f"the {backend} backend does not support {what} yet"


@error(902, "mapping of what cannot be mapped")
def not_mappable(name: str, word: str) -> str:
    return f"'{name}' is {word}: only structs, unions, enums and 'string' can be mapped to types of your own"


@error(903, "mapping file that is wrong")
def wrong_mapping(what: str) -> str:
    return what


@warning(901, "mapping of a type that is not there")
def unknown_mapping(name: str) -> str:
    return f"no file that was read defines '{name}', so its mapping does nothing"


ALL_RULES = rules_in(globals())
