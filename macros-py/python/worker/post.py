"""The second argument of a macro."""

import _bds

#: Format sheet §11.4, in its order.
FIELDS = (
    "id",
    "projectId",
    "title",
    "slug",
    "excerpt",
    "content",
    "status",
    "author",
    "createdAt",
    "updatedAt",
    "publishedAt",
    "tags",
    "categories",
)
_KNOWN_FIELDS = frozenset(FIELDS)
_HIDDEN = object()


class Post(dict):
    """The post that a macro stands in: a read-only dict that asks for a field when it is first used.

    The fields that were used lie in the dict itself, so that the second use of one costs nothing.
    """

    __slots__ = ("_call", "_known")

    def __init__(self, call, known):
        # Some code written in C takes a dict for empty without asking it.
        dict.__setitem__(self, _HIDDEN, None)
        self._call = call
        self._known = known

    def __missing__(self, name):
        if name in self._known:
            value = self._known.pop(name)
            _bds.used(name)
        elif name in _KNOWN_FIELDS:
            value = _bds.field(self._call, name)
        else:
            near = _bds.nearest(name, FIELDS) if isinstance(name, str) else None
            raise KeyError(f"{name}; did you mean {near!r}?" if near else name)
        dict.__setitem__(self, name, value)
        return value

    def get(self, name, default=None):
        return self[name] if name in _KNOWN_FIELDS else default

    def __contains__(self, name):
        return name in _KNOWN_FIELDS

    def __iter__(self):
        return iter(FIELDS)

    def __reversed__(self):
        return reversed(FIELDS)

    def __len__(self):
        return len(FIELDS)

    def keys(self):
        return self.copy().keys()

    def values(self):
        return self.copy().values()

    def items(self):
        return self.copy().items()

    def copy(self):
        return {name: self[name] for name in FIELDS}

    __copy__ = copy

    def __deepcopy__(self, _memo):
        import copy

        return copy.deepcopy(self.copy())

    def __reduce_ex__(self, _protocol):
        return dict, (self.copy(),)

    def __eq__(self, other):
        return self is other or self.copy() == (other.copy() if isinstance(other, Post) else other)

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def __or__(self, other):
        return self.copy() | other

    def __ror__(self, other):
        return other | self.copy()

    def __repr__(self):
        return repr(self.copy())

    def _refuse(self, *_arguments, **_named):
        raise TypeError("`post` is read-only; `dict(post)` is a copy that can be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
