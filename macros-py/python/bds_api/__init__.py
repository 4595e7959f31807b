"""The data of the blog, for macros.

    from bds_api import site

    def render(context, post):
        recent = site.posts.filter({"status": "published"})[:5]

The same as awaitable methods, as bDS has them:

    from bds_api import bds

    async def render(context, post):
        posts = await bds.posts.get_all({"limit": 5})

What a macro asked for is remembered: it runs again when one of the answers would differ, and only then.
"""

try:
    import _bds
except ImportError:
    raise ImportError("`bds_api` works in scripts that `bds` runs; outside of them it only helps editors") from None
from _bds import BdsApiError, BdsDenied

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Types are for tools: at work, importing `typing` would take longer than most macros do.
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import Any, NoReturn, TypedDict

    from typing_extensions import NotRequired

    class _Parameter(TypedDict):
        name: str
        type: str
        optional: NotRequired[bool]

    class _Method(TypedDict):
        name: str
        parameters: list[_Parameter]
        doc: str

    class _Space(TypedDict):
        methods: list[_Method]
        forbidden: list[str]

    class _Table(TypedDict):
        namespaces: dict[str, _Space]
        forbidden: list[str]


__all__ = ["BdsApiError", "BdsDenied", "api_version", "bds", "escape", "require_api", "site"]

#: The version of the shapes of `context`, `post`, the result, and all answers.
api_version: int = _bds.ABI_VERSION


def require_api(version: int) -> None:
    """Raises `BdsApiError` unless this bds has at least this version of the API."""
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise TypeError(f"the version of an API is a whole number from 1, not {version!r}")
    if version > api_version:
        raise BdsApiError(
            f"this script asks for version {version} of the API; this bds has version {api_version}: update bds"
        )


_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}


def escape(text: object) -> str:
    """The text as it stands in HTML, between tags or in an attribute. `None` is the empty text."""
    return "" if text is None else str(text).translate(_ESCAPES)


_TYPES: "dict[str, tuple[type, ...]]" = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list, tuple),
}


def _bind(
    name: str, parameters: "list[_Parameter]", positional: "tuple[object, ...]", named: "dict[str, object]"
) -> "dict[str, object]":
    """The arguments of a call by the names of the parameters, checked."""
    if len(positional) > len(parameters):
        raise TypeError(f"{name}() takes {len(parameters)} arguments, but {len(positional)} were given")
    arguments = {parameter["name"]: value for parameter, value in zip(parameters, positional)}
    for key, value in named.items():
        if key in arguments:
            raise TypeError(f"{name}() got the argument {key!r} twice")
        arguments[key] = value
    names = [parameter["name"] for parameter in parameters]
    for key in arguments:
        if key not in names:
            raise TypeError(f"{name}() has no argument {key!r}; it takes {', '.join(names) or 'none'}")
    checked: "dict[str, object]" = {}
    for parameter in parameters:
        key, kind = parameter["name"], parameter["type"]
        value = arguments.get(key)
        if value is None:
            if not parameter.get("optional"):
                raise BdsApiError(f"{name}: the argument {key!r} is missing")
        elif not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
            raise BdsApiError(f"{name}: {key!r} must be {kind}, not {type(value).__name__}")
        else:
            checked[key] = value
    return checked


#: Who answers, and who knows the time: the engine, or what stands in for it in a test.
_answer: "Callable[[str, dict[str, object]], Any]" = _bds.request
_clock: "Callable[[], float]" = _bds.now


def _synchronous(space: str, method: "_Method") -> "Callable[..., Any]":
    name, parameters = f"{space}.{method['name']}", method["parameters"]

    def call(*positional: object, **named: object) -> object:
        return _answer(name, _bind(name, parameters, positional, named))

    return call


def _awaitable(space: str, method: "_Method") -> "Callable[..., Any]":
    now = _synchronous(space, method)

    async def call(*positional: object, **named: object) -> object:
        return now(*positional, **named)

    return call


def _forbidden(path: str) -> "Callable[..., NoReturn]":
    def call(*_positional: object, **_named: object) -> "NoReturn":
        raise BdsApiError(f"`{path}` cannot be used in a macro: macros only read")

    return call


def _now() -> "datetime":
    """The time, in UTC. Whoever asks for it runs in every build."""
    import datetime

    return datetime.datetime.fromtimestamp(_clock(), datetime.timezone.utc)


async def _awaitable_now() -> "datetime":
    return _now()


_awaitable_now.__doc__ = _now.__doc__


class _Namespace:
    """Methods, or namespaces, by name."""

    _path: str
    _forbidden: "frozenset[str]"
    _is_forbidden: bool

    def __init__(
        self, path: str, members: "dict[str, Any]", forbidden: "Iterable[str]" = (), is_forbidden: bool = False
    ) -> None:
        self.__dict__.update(members)
        self.__dict__["_path"] = path
        self.__dict__["_forbidden"] = frozenset(forbidden)
        self.__dict__["_is_forbidden"] = is_forbidden

    def __getattr__(self, name: str) -> "Any":
        path = f"{self._path}.{name}"
        if name in self._forbidden or (self._is_forbidden and not name.startswith("_")):
            return _forbidden(path)
        near = _bds.nearest(name, list(dir(self))) if not name.startswith("_") else None
        hint = f"; did you mean `{near}`?" if near else ""
        raise AttributeError(f"`{path}` is not there{hint}")

    def __setattr__(self, name: str, _value: object) -> None:
        raise AttributeError(f"`{self._path}.{name}` cannot be set")

    def __dir__(self) -> "list[str]":
        return sorted(name for name in self.__dict__ if not name.startswith("_"))

    def __repr__(self) -> str:
        return f"<{self._path}>"


def _build(
    root: str, now: "Callable[[], Any]", make: "Callable[[str, _Method], Callable[..., Any]]"
) -> _Namespace:
    spaces: "dict[str, Any]" = {"now": now}
    table: "_Table" = _bds.methods()
    for space, told in table["namespaces"].items():
        members: "dict[str, Any]" = {}
        for method in told["methods"]:
            function = make(space, method)
            function.__name__ = method["name"]
            function.__qualname__ = f"{root}.{space}.{method['name']}"
            function.__doc__ = method["doc"]
            members[method["name"]] = function
        spaces[space] = _Namespace(f"{root}.{space}", members, told["forbidden"])
    for space in table["forbidden"]:
        spaces[space] = _Namespace(f"{root}.{space}", {}, is_forbidden=True)
    return _Namespace(root, spaces)


#: Awaitable methods, as bDS has them: `await bds.posts.get_all()`.
bds = _build("bds", _awaitable_now, _awaitable)
#: The same methods, answering at once: `site.posts.get_all()`.
site = _build("site", _now, _synchronous)

#: The shapes that the stubs tell editors and type checkers about. At work they are all dictionaries.
_SHAPES = frozenset(
    "CategoryCount CategorySettings Context DashboardStats DataPaths Env MediaData MediaFilter MediaTranslationData "
    "PageOptions Post PostData PostFilter PostLink PostList PostSummary PostTranslationData ProjectData "
    "ProjectMetadata PublishingPreferences Result ScriptData ScriptRef TagCount TagData TagWithCount TemplateData "
    "TemplateValidation YearMonthCount".split()
)


class _Shape(type):
    """The class of the shapes. Lets `post: Post | None` be written from Python 3.9 on."""

    def __call__(cls, *given: "Any", **named: "Any") -> "dict[str, Any]":
        return dict(*given, **named)

    if not TYPE_CHECKING and not hasattr(type, "__or__"):

        def __or__(cls, _other):
            return cls

        __ror__ = __or__


def __getattr__(name: str) -> "Any":
    if name not in _SHAPES:
        near = _bds.nearest(name, sorted(_SHAPES.union(__all__)))
        hint = f"; did you mean `{near}`?" if near else ""
        raise AttributeError(f"`bds_api` has no `{name}`{hint}")
    shape = _Shape(name, (dict,), {"__module__": "bds_api"})
    globals()[name] = shape
    return shape
