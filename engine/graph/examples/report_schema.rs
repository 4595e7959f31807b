//! Prints the JSON Schema of what `bds build --report` writes, for `cargo xtask codegen`.
#![expect(clippy::print_stdout, reason = "a tool for developers")]

fn main() {
    let mut schema = schemars::schema_for!(bds_graph::Report);
    schema.insert("title".to_owned(), "bds build --report".into());
    println!("{}", serde_json::to_string_pretty(&schema).expect("a schema is plain data, which always serialises"));
}
