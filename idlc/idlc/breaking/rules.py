# SPDX-License-Identifier: Apache-2.0
"""What `idlc breaking` reports; docs/diagnostics.md has a section for each.

B1 is about the wire: an old and a new program no longer understand each other. B2 is about source: a program that was
written for the old file no longer compiles, or means something else, with the new one.
"""

from __future__ import annotations

from idlc.diagnostics.rule import breaking, rules_in

# --- B1: the wire


@breaking(1001, "stable definition removed")
def stable_removed(name: str) -> str:
    return f"'{name}' was [Stable] and is gone"


@breaking(1002, "no longer stable")
def stable_lost(name: str) -> str:
    return f"'{name}' is no longer [Stable]"


@breaking(1003, "definition of another kind")
def kind_changed(name: str, old: str, new: str) -> str:
    return f"'{name}' was {old} and is now {new}"


@breaking(1004, "Native added or removed")
def native_changed(name: str, is_now: bool) -> str:
    return f"'{name}' is {'now' if is_now else 'no longer'} [Native], so its bytes are those of other code"


@breaking(1101, "field removed")
def field_removed(name: str, ordinal: int, where: str) -> str:
    return f"'{name}' (@{ordinal}) of {where} is gone"


@breaking(1102, "type of a field changed")
def type_changed(name: str, old: str, new: str) -> str:
    return f"the type of '{name}' was '{old}' and is now '{new}'"


@breaking(1103, "MinVersion of a field changed")
def min_version_changed(name: str, old: int, new: int) -> str:
    return f"'{name}' had MinVersion {old} and has now {new}"


@breaking(1104, "field added without a new version")
def field_not_versioned(name: str, where: str, needed: int) -> str:
    return f"'{name}' was added to {where}, so it needs a MinVersion of {needed} or more"


@breaking(1105, "ordinal of a field changed")
def field_moved(name: str, old: int, new: int) -> str:
    return f"the ordinal of '{name}' was @{old} and is now @{new}"


@breaking(1301, "enum value removed")
def number_removed(name: str, number: int, enum: str) -> str:
    return f"the enum '{enum}' had the value '{name}' = {number}; no value has this number now"


@breaking(1302, "number of an enum value changed")
def number_changed(name: str, old: int, new: int) -> str:
    return f"'{name}' was {old} and is now {new}"


@breaking(1303, "enum value added without a new version")
def number_not_versioned(name: str, enum: str, needed: int, why: str) -> str:
    return f"'{name}' was added to the {why} enum '{enum}', so it needs a MinVersion of {needed} or more"


@breaking(1304, "no longer extensible")
def extensible_lost(what: str, name: str) -> str:
    return f"the {what} '{name}' is no longer [Extensible]"


@breaking(1305, "MinVersion of an enum value changed")
def number_min_version_changed(name: str, old: int, new: int) -> str:
    return f"the enum value '{name}' had MinVersion {old} and has now {new}"


@breaking(1401, "method removed")
def method_removed(name: str, ordinal: int, interface: str) -> str:
    return f"the method '{name}' (@{ordinal}) of '{interface}' is gone"


@breaking(1402, "ordinal of a method changed")
def method_moved(name: str, old: int, new: int) -> str:
    return f"the ordinal of the method '{name}' was @{old} and is now @{new}"


@breaking(1403, "response added or removed")
def response_changed(name: str, has_now: bool) -> str:
    return f"the method '{name}' {'has a response now' if has_now else 'no longer has a response'}"


@breaking(1404, "method added without a new version")
def method_not_versioned(name: str, interface: str, needed: int) -> str:
    return f"the method '{name}' was added to '{interface}', so it needs a MinVersion of {needed} or more"


@breaking(1405, "Uuid changed")
def uuid_changed(name: str) -> str:
    return f"'{name}' has another Uuid"


@breaking(1406, "MinVersion of a method changed")
def method_min_version_changed(name: str, old: int, new: int) -> str:
    return f"the method '{name}' had MinVersion {old} and has now {new}"


@breaking(1407, "no longer of unlimited size")
def unlimited_size_lost(name: str) -> str:
    return f"the method '{name}' is no longer [UnlimitedSize], so large messages of old programs are refused"


# --- B2: the source


@breaking(2001, "definition removed")
def definition_removed(name: str) -> str:
    return f"'{name}' is gone"


@breaking(2002, "definition renamed")
def definition_renamed(old: str, new: str) -> str:
    return f"'{old}' is now called '{new}'"


@breaking(2003, "definition moved to another file")
def definition_moved(name: str, old: str, new: str) -> str:
    return f"'{name}' was in '{old}' and is now in '{new}', which '{old}' does not import"


@breaking(2101, "field renamed")
def field_renamed(old: str, new: str) -> str:
    return f"'{old}' is now called '{new}'"


@breaking(2102, "fields in another order")
def fields_reordered(name: str, where: str) -> str:
    return f"'{name}' now stands before a field of {where} that it used to follow, or was added before an old one"


@breaking(2103, "other C++ type with the same bytes")
def cpp_type_changed(name: str, old: str, new: str) -> str:
    return f"the type of '{name}' was '{old}' and is now '{new}', the same on the wire but not in C++"


@breaking(2104, "default of a field changed")
def field_default_changed(name: str, old: str, new: str) -> str:
    return f"the default of '{name}' was {old} and is now {new or 'gone'}"


@breaking(2201, "name of an enum value removed")
def value_name_removed(name: str, enum: str) -> str:
    return f"the enum '{enum}' has no '{name}' any more"


@breaking(2202, "other value for unknown ones")
def default_moved(holder: str, old: str, new: str) -> str:
    return f"the [Default] of '{holder}' was '{old}' and is now '{new}'"


@breaking(2301, "method renamed")
def method_renamed(old: str, new: str) -> str:
    return f"the method '{old}' is now called '{new}'"


@breaking(2302, "method added")
def method_added(name: str, interface: str) -> str:
    return f"the method '{name}' was added to '{interface}'; whoever implements it must implement this too"


@breaking(2303, "parameter added")
def parameter_added(name: str, where: str) -> str:
    return f"'{name}' was added to {where}; callers and implementations must name it"


@breaking(2304, "method no longer synchronous")
def sync_lost(name: str) -> str:
    return f"the method '{name}' is no longer [Sync]"


@breaking(2401, "constant changed")
def constant_changed(name: str, old: str, new: str) -> str:
    return f"the constant '{name}' was {old} and is now {new}"


ALL_RULES = rules_in(globals())
