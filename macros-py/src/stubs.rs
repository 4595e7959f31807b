/// The package `bds_api` as editors and type checkers see it: each file's path and text. It is the one that scripts
/// import, with its types beside it.
pub const STUBS: [(&str, &str); 4] = [
    ("bds_api/__init__.py", include_str!("../python/bds_api/__init__.py")),
    ("bds_api/__init__.pyi", include_str!("../python/bds_api/__init__.pyi")),
    ("bds_api/testing.py", include_str!("../python/bds_api/testing.py")),
    ("bds_api/py.typed", include_str!("../python/bds_api/py.typed")),
];
