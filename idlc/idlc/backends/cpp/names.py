# SPDX-License-Identifier: Apache-2.0
"""How names of the IDL are spelled in C++.

They keep their spelling. The one exception: a name that C++ or the generated code needs for itself gets a `_` behind it,
and so does such a name that already ends in `_` (`class` -> `class_`, `class_` -> `class__`), so that two names never
become one.
"""

from __future__ import annotations

from collections.abc import Set

from idlc import ir
from idlc.types import DefName

_KEYWORDS = """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl
    concept const consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete
    do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable
    namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast
    requires return short signed sizeof static static_assert static_cast struct switch template this thread_local throw
    true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq
"""
_SPELLED_IN_GENERATED_CODE = """
    std ferrule boost int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t size_t
"""
_MACROS = """
    assert errno offsetof stdin stdout stderr linux unix NULL EOF NAN INFINITY HUGE_VAL TRUE FALSE DOMAIN OVERFLOW
    UNDERFLOW SING BUFSIZ RAND_MAX CHAR_BIT INT_MAX INT_MIN
"""
_C_LIBRARY = """
    abort abs accept access acct alarm atof basename bind brk bsearch calloc ceil chdir chmod chown chroot clock clone
    close confstr connect cos creat crypt ctime daemon daylight difftime div dprintf dup environ erf execl execv exit exp
    fabs fchdir fchmod fchown fcntl fdim ffs floor fma fmax fmin fmod fopen fork fread free frexp fstat fsync fwrite gamma
    getc getenv getline getopt gets getw hypot index ioctl kill labs lchown ldexp ldiv link linger listen locale_t lockf
    log log2 logb lrint lround lseek malloc memcpy memset mkdir mknod mktime mmap modf munmap nan nice obstack open optarg
    optind pause pclose perror pipe poll popen pow pread printf profil psignal putc putenv puts putw pwrite qsort raise
    rand random read readlink readv realloc recv remainder remove rename revoke rewind rindex rint rmdir round sbrk scanf
    select send sendfile shutdown signal sin sleep socket splice sprintf sqrt srand srandom sscanf stat statx strcmp
    strlen strtok swab symlink sync syscall sysconf system tan tee tempnam time timer_t times timezone tmpfile tmpnam
    trunc truncate ttyname tzname tzset ualarm umask ungetc unlink unshare usleep vfork vhangup vmsplice wait waitpid
    write writev
"""
_RESERVED = frozenset((_KEYWORDS + _SPELLED_IN_GENERATED_CODE + _MACROS).split())

_RESERVED_AT_THE_TOP = frozenset(_C_LIBRARY.split())
_RESERVED_IN_MODULES = frozenset(("to_string", "is_known"))
_RESERVED_IN_CLASSES = frozenset(
    "Proxy ProxyBase kInterfaceName kInterfaceVersion kRequiredContext kServiceSandbox Token".split()
)

DEFAULT_NAMESPACE = "idl"
"""Of files without a module statement."""


def escape(name: str, more: Set[str] = frozenset()) -> str:
    """The name in C++; `more` are names that are taken where it stands."""
    plain = name.rstrip("_")
    return name + "_" if plain in _RESERVED or plain in more else name


def namespace(module: str) -> str:
    """`geometry.shapes` -> `geometry::shapes`. Ferrule's own modules may begin with `ferrule`.

    The first part stands among the functions of the C library.
    """
    if not module:
        return DEFAULT_NAMESPACE
    first, *others = module.split(".")
    return "::".join([first if first == "ferrule" else escape(first, _RESERVED_AT_THE_TOP), *map(escape, others)])


def definition(name: DefName) -> str:
    """A definition inside its namespace. A nested enum stands beside its struct or interface: `Shape_Kind`."""
    return escape("_".join(name.path), _RESERVED_IN_MODULES)


def alias(name: DefName) -> str:
    """A nested enum or constant inside its struct or interface."""
    return escape(name.short, _RESERVED_IN_CLASSES)


def proxy(interface: DefName) -> str:
    """What calls the interface through a pipe."""
    return f"{interface.short}Proxy"


def method(name: str, interface: DefName) -> str:
    """A method; its class must not be taken for a constructor, nor hide what the proxy adds."""
    if name.startswith(("encode_", "decode_")) or name.endswith("_signature"):
        return name + "_"
    return escape(name, _RESERVED_IN_CLASSES | {definition(interface), proxy(interface)})


def tag_enum(union: str) -> str:
    """The enum of a union's tags, which is inside its class."""
    return "Tag_" if union == "Tag" else "Tag"


def field(item: ir.Field, owner: str) -> str:
    """A field of the class `owner`."""
    return escape(item.name, {owner})
