//! Prints the JSON Schema of something that `bds` prints or writes as JSON, for `cargo xtask codegen`.
#![expect(clippy::print_stdout, reason = "a tool for developers")]

use bds_graph::{Dependents, Explanation, Report, Sources, Story};
use schemars::{Schema, schema_for};

fn main() {
    let name = std::env::args().nth(1).expect("a name is given");
    let (title, mut schema) = schema(&name);
    schema.insert("title".to_owned(), title.into());
    println!("{}", serde_json::to_string_pretty(&schema).expect("a schema is plain data, which always serialises"));
}

/// What it is the schema of, and the schema.
fn schema(name: &str) -> (&'static str, Schema) {
    match name {
        "report" => ("bds build --report", schema_for!(Report)),
        "explain" => ("bds build --explain=json", schema_for!(Explanation<'static>)),
        "why" => ("bds why --json", schema_for!(Vec<Story>)),
        "deps" => ("bds deps --json", schema_for!(Vec<Sources>)),
        "rdeps" => ("bds rdeps --json", schema_for!(Dependents)),
        other => panic!("nothing has the schema {other}"),
    }
}
