"""Finds modules of installed packages, and says which packages were used."""

import _bds
import os
import sys
from _frozen_importlib_external import PathFinder


class PackageFinder:
    """Finds installed modules, and says which version of which package each belongs to."""

    def __init__(self, folders, installed, fingerprint):
        self.folders = folders
        self.installed = installed
        self.fingerprint = fingerprint
        self.owners = None

    def find_spec(self, name, path=None, target=None):
        is_ours = path is None or any(map(self._is_installed, path))
        folders = self.folders if path is None else path
        spec = PathFinder.find_spec(name, folders, target) if folders else None
        if not is_ours:
            return spec
        if spec is not None:
            for package in self._packages_of(name, spec):
                _bds.package(*package)
        elif path is None or _is_namespace(sys.modules.get(name.rpartition(".")[0])):
            # Any package could bring it.
            _bds.package("*", self.fingerprint)
        return spec

    @staticmethod
    def find_distributions(context=None):
        """What `importlib.metadata` asks, by which packages find their own version."""
        from importlib import metadata

        return metadata.MetadataPathFinder.find_distributions(context or metadata.DistributionFinder.Context())

    def _is_installed(self, place):
        return any(place == folder or place.startswith(folder + os.sep) for folder in self.folders)

    def _packages_of(self, module, spec):
        """Name and version of the packages that have installed a module."""
        if self.owners is None:
            self.owners = {}
            for package in self.installed:
                for top in _top_level(package[2]):
                    self.owners.setdefault(top, []).append(package)
        top = module.partition(".")[0]
        owners = self.owners.get(top)
        if not owners:
            # Nobody can say when it changes.
            return [(top, "?")]
        if len(owners) > 1 and spec.origin is not None:
            owners = [package for package in owners if _has_file(package[2], spec.origin)] or owners
        return [(name, version) for name, version, _ in owners]


def _is_namespace(module):
    return module is not None and getattr(module, "__file__", None) is None


def _read(*place):
    try:
        with open(os.path.join(*place), encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return None


def _files(info):
    """What a package has installed, relative to the folder that its description lies in."""
    return [line.rsplit(",", 2)[0].strip('"') for line in _read(info, "RECORD") or ()]


def _has_file(info, file):
    folder = os.path.dirname(info)
    return any(os.path.join(folder, own) == file for own in _files(info))


def _top_level(info):
    """The names that can be imported of a package."""
    told = _read(info, "top_level.txt")
    if told:
        return {line.strip() for line in told if line.strip()}
    names = set()
    for file in _files(info):
        first, slash, _ = file.partition("/")
        name = first if slash else first.partition(".")[0]
        if name.isidentifier():
            names.add(name)
    return names
