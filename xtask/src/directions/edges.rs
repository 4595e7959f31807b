//! Which crate may know which.

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

/// A room, and the rooms that it may know. Whoever is not listed as a room may not be in the workspace.
const ROOMS: &[(&str, Knows)] = &[
    ("bds-base", Knows::Only(&[])),
    ("bds-macro-api", Knows::Only(&["bds-base"])),
    ("bds-liquid", Knows::Only(&["bds-base"])),
    ("bds-project", Knows::Only(&["bds-base", "bds-macro-api"])),
    ("bds-content", Knows::Only(&["bds-base"])),
    ("bds-store", Knows::Only(&["bds-base"])),
    ("bds-defaults", Knows::Only(&["bds-base"])),
    (
        "bds-graph",
        Knows::Only(&[
            "bds-base",
            "bds-project",
            "bds-liquid",
            "bds-content",
            "bds-macro-api",
            "bds-store",
            "bds-defaults",
        ]),
    ),
    (
        "bds-scripts",
        Knows::Only(&["bds-base", "bds-project", "bds-content", "bds-macro-api", "bds-store", "bds-defaults"]),
    ),
    ("bds-macros-py", Knows::Only(&["bds-base", "bds-macro-api"])),
    ("bds-serve", Knows::Only(&["bds-base", "bds-project", "bds-graph"])),
    ("bds", Knows::All),
    ("bds-tests", Knows::All),
    ("xtask", Knows::All),
];

/// A library that only one room may name, so that it can be understood, and replaced, in one place.
const OWNED: &[(&str, &[&str])] = &[
    ("rusqlite", &["bds-store"]),
    ("salsa", &["bds-graph"]),
    ("pyo3", &["bds-macros-py"]),
    ("pyo3-ffi", &["bds-macros-py"]),
    // The binary asks it where libpython lies, when it is linked.
    ("pyo3-build-config", &["bds-macros-py", "bds"]),
    ("notify", &["bds-serve"]),
    ("axum", &["bds-serve"]),
    ("hyper", &["bds-serve"]),
    ("hyper-util", &["bds-serve"]),
    ("tokio", &["bds-serve"]),
    ("tower-http", &["bds-serve"]),
];

/// What a room may know of the others.
enum Knows {
    Only(&'static [&'static str]),
    All,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    path: Option<String>,
}

/// Every arrow that points the wrong way, from what `cargo metadata --no-deps` prints.
pub(super) fn faults(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let metadata = Metadata::deserialize(metadata).context("cargo metadata has another form than we know")?;
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let Some((_, knows)) = ROOMS.iter().find(|(name, _)| *name == package.name) else {
            faults.push(format!("{}: is no room of the house; see `xtask/src/directions/edges.rs`", package.name));
            continue;
        };
        faults.extend(package.dependencies.iter().filter_map(|dependency| fault(&package.name, knows, dependency)));
    }
    Ok(faults)
}

fn fault(room: &str, knows: &Knows, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    if let Some((_, owners)) = OWNED.iter().find(|(library, _)| *library == name) {
        let wrong = !owners.contains(&room);
        return wrong.then(|| format!("{room}: names {name}, which belongs to {}", owners.join(" and ")));
    }
    // What is only there for the tests of a room may come from anywhere but the binary.
    let in_tests = dependency.kind.as_deref() == Some("dev") && name != "bds";
    let allowed = match knows {
        Knows::All => true,
        Knows::Only(rooms) => dependency.path.is_none() || in_tests || rooms.contains(&name),
    };
    (!allowed).then(|| format!("{room}: must not know {name}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(room: &str, dependency: &Value, expected: &[&str]) {
        let metadata = json!({ "packages": [{ "name": room, "dependencies": [dependency] }] });
        assert_eq!(faults(&metadata).expect("the form is right"), expected, "{room} -> {dependency}");
    }

    #[test]
    fn arrows_go_down_only() {
        let graph = json!({ "name": "bds-graph", "kind": null, "path": "/x" });
        check("bds", &graph, &[]);
        check("bds-content", &graph, &["bds-content: must not know bds-graph"]);
        check("bds-macros-py", &graph, &["bds-macros-py: must not know bds-graph"]);
        check("bds-content", &json!({ "name": "bds-liquid", "kind": "dev", "path": "/x" }), &[]);
        check(
            "bds-content",
            &json!({ "name": "bds", "kind": "dev", "path": "/x" }),
            &["bds-content: must not know bds"],
        );
        check("bds-content", &json!({ "name": "serde", "kind": null, "path": null }), &[]);
    }

    #[test]
    fn some_libraries_belong_to_one_room() {
        let library = |name: &str, kind| json!({ "name": name, "kind": kind, "path": null });
        check("bds-store", &library("rusqlite", Value::Null), &[]);
        check(
            "bds-graph",
            &library("rusqlite", json!("dev")),
            &["bds-graph: names rusqlite, which belongs to bds-store"],
        );
        check("bds", &library("pyo3-build-config", json!("build")), &[]);
        check("bds", &library("pyo3", Value::Null), &["bds: names pyo3, which belongs to bds-macros-py"]);
    }

    #[test]
    fn a_new_room_needs_a_place_in_the_table() {
        let metadata = json!({ "packages": [{ "name": "bds-attic", "dependencies": [] }] });
        assert_eq!(faults(&metadata).expect("the form is right").len(), 1);
    }
}
