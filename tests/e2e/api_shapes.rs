//! What macros get and are answered is what the schemas say, which the stubs of `bds_api` are made from, too.

mod coverage;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bds_tests::{Site, fixture};
use jsonschema::Validator;
use serde_json::{Value, json};

use coverage::Coverage;

/// What no build ever answers, though the contract allows it.
const NEVER: [&str; 8] = [
    "ScriptData.content: null",
    "TemplateData.content: null",
    "media.get_thumbnail: a value",
    "projects.get_active: null",
    "sync.get_history: an item",
    "sync.get_status: a value",
    "tasks.get_all: an item",
    "tasks.get_running: an item",
];

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("the schema is there")).expect("a schema is JSON")
}

/// A validator of what stands at a place in a schema.
fn validator(schema: &Value, pointer: &str) -> Validator {
    let part = schema.pointer(pointer).unwrap_or_else(|| panic!("the schema has nothing at `{pointer}`"));
    jsonschema::validator_for(&json!({ "allOf": [part], "$defs": schema["$defs"] })).expect("a valid schema")
}

#[track_caller]
fn check(value: &Value, schema: &Value, pointer: &str, coverage: &mut Coverage) {
    let faults: Vec<_> = validator(schema, pointer)
        .iter_errors(value)
        .map(|fault| format!("{} {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{pointer}: {faults:#?}\n{value:#}");
    coverage.add(value, schema, pointer);
}

/// What the macro of the fixture tells on one page.
fn told(site: &Site, page: &str) -> Value {
    let page = site.page(page);
    let (_, rest) = page.split_once("data-told=\"").unwrap_or_else(|| panic!("the macro tells nothing:\n{page}"));
    let (digits, _) = rest.split_once('"').expect("an attribute ends");
    let digit = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(digit).collect();
    serde_json::from_slice(&bytes).expect("the macro tells JSON")
}

/// The project that has everything, and the same without what a project can lack.
fn sites() -> [Site; 2] {
    let full = Site::copy_of(&fixture("api"));
    let bare = Site::copy_of(&fixture("api"));
    bare.write("meta/project.json", "{\"blogLanguages\": [\"de\"]}");
    bare.write("meta/publishing.json", "{}");
    [full, bare].map(|site| site.file("data/exported.json", exported()))
}

/// The names that the stub exports, as JSON.
fn exported() -> String {
    let stub = Path::new(env!("CARGO_MANIFEST_DIR")).join("../macros-py/python/bds_api/__init__.pyi");
    let stub = fs::read_to_string(stub).expect("the stub is there");
    let (_, list) = stub.split_once("__all__ = [\n").expect("the stub says what it exports");
    let names = list.lines().take_while(|line| *line != "]").map(|line| line.trim().trim_matches(['"', ',']));
    json!(names.collect::<Vec<_>>()).to_string()
}

#[test]
fn every_answer_has_the_shape_that_the_stubs_claim() {
    let (api, abi) = (schema("api-v1.schema.json"), schema("abi-v1.schema.json"));
    let mut coverage = Coverage::default();
    let mut asked = BTreeSet::new();
    for site in sites() {
        let build = site.command().args(["--drafts"]).run();
        assert!(!build.diagnostics().contains("error"), "{}", build.diagnostics());
        for page in ["2024/05/02/full", "2024/05/04/bare", "de/2024/05/02/full", "de/2024/05/04/bare"] {
            let told = told(&site, &format!("{page}/index.html"));
            check(&told["context"], &abi, "/properties/context", &mut coverage);
            check(&told["post"], &abi, "/$defs/Post", &mut coverage);
            assert_eq!(told["unknown"], json!([]), "the stub exports what is not there");
            for answer in told["answers"].as_array().expect("a list") {
                let method = answer["method"].as_str().expect("a name");
                let of_method = format!("/properties/{method}/properties");
                asked.insert(method.to_owned());
                check(&answer["arguments"], &api, &format!("{of_method}/arguments"), &mut Coverage::default());
                check(&answer["answer"], &api, &format!("{of_method}/answer"), &mut coverage);
            }
        }
    }
    let methods = api["properties"].as_object().expect("an object").keys().cloned().collect();
    assert_eq!(asked, methods, "not every method is asked");
    // The context is that of one script, and of this version.
    let of_answers = |what: &&str| !["Context", "Env", "ScriptRef"].iter().any(|shape| what.starts_with(shape));
    assert_eq!(coverage.unseen().into_iter().filter(of_answers).collect::<Vec<_>>(), NEVER);
}

#[test]
fn an_answer_of_another_shape_is_noticed() {
    let api = schema("api-v1.schema.json");
    let links = validator(&api, "/properties/posts.get_links_to/properties/answer");
    let good = json!([{ "id": "a", "title": "A", "slug": "a" }]);
    assert!(links.is_valid(&good));
    let change = |make: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        make(&mut changed[0]);
        changed
    };
    assert!(!links.is_valid(&change(&|link| drop(link.as_object_mut().expect("an object").remove("slug")))), "missing");
    assert!(!links.is_valid(&change(&|link| link["url"] = json!("/a"))), "additional");
    assert!(!links.is_valid(&change(&|link| link["title"] = json!(5))), "of another type");
}
