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

import _bds
from _bds import BdsApiError, BdsDenied

__all__ = ["BdsApiError", "BdsDenied", "api_version", "bds", "escape", "site"]

#: The version of the shapes of `context`, `post` and the result.
api_version = _bds.ABI_VERSION

_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}


def escape(text):
    """The text as it stands in HTML, between tags or in an attribute. `None` is the empty text."""
    return "" if text is None else str(text).translate(_ESCAPES)


_TYPES = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list, tuple),
}


def _bind(name, parameters, positional, named):
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
    checked = {}
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


def _synchronous(space, method):
    name, parameters = f"{space}.{method['name']}", method["parameters"]

    def call(*positional, **named):
        return _bds.request(name, _bind(name, parameters, positional, named))

    return call


def _awaitable(space, method):
    now = _synchronous(space, method)

    async def call(*positional, **named):
        return now(*positional, **named)

    return call


def _forbidden(path):
    def call(*_positional, **_named):
        raise BdsApiError(f"`{path}` cannot be used in a macro: macros only read")

    return call


class _Namespace:
    """Methods, or namespaces, by name."""

    def __init__(self, path, members, forbidden=(), is_forbidden=False):
        self.__dict__.update(members)
        self.__dict__["_path"] = path
        self.__dict__["_forbidden"] = frozenset(forbidden)
        self.__dict__["_is_forbidden"] = is_forbidden

    def __getattr__(self, name):
        path = f"{self._path}.{name}"
        if name in self._forbidden or (self._is_forbidden and not name.startswith("_")):
            return _forbidden(path)
        near = _bds.nearest(name, dir(self)) if not name.startswith("_") else None
        hint = f"; did you mean `{near}`?" if near else ""
        raise AttributeError(f"`{path}` is not there{hint}")

    def __setattr__(self, name, _value):
        raise AttributeError(f"`{self._path}.{name}` cannot be set")

    def __dir__(self):
        return sorted(name for name in self.__dict__ if not name.startswith("_"))

    def __repr__(self):
        return f"<{self._path}>"


def _build(root, make):
    spaces = {}
    table = _bds.methods()
    for space, told in table["namespaces"].items():
        members = {}
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
bds = _build("bds", _awaitable)
#: The same methods, answering at once: `site.posts.get_all()`.
site = _build("site", _synchronous)
