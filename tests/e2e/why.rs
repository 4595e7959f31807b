//! `bds build --explain`, `bds why`, `bds deps`, `bds rdeps`: why a page is as it is, and what it is made from.

use bds_tests::{Bds, Run, Site};
use serde_json::Value;

/// Two posts, a macro with a helper module and a data file, and a template.
fn site() -> Site {
    Site::new()
        .file("scripts/words.py", "def loud(text):\n    return text.upper()\n")
        .macro_script(
            "sum",
            "from words import loud\n\ndef render(context, post):\n    lines = open(\"data/numbers.txt\").read().split()\n    return {\"html\": loud(str(sum(map(int, lines))))}",
        )
        .file("data/numbers.txt", "1\n2\n")
        .file("templates/own.liquid", "---\nslug: \"own\"\nkind: \"post\"\n---\n<main>{{ post.title }}</main>\n")
        .post("one", 1, "", "Sum: [[sum]]")
        .post("two", 2, "templateSlug: own", "Text.")
}

fn bds<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Run {
    Bds::new(args).in_folder(&site.path("")).run()
}

fn json<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Value {
    let run = bds(site, args.into_iter().chain(["--json"])).exited(0);
    serde_json::from_str(&run.stdout).expect("it prints JSON")
}

/// Holds JSON against the schema that is documented for it.
#[track_caller]
fn check_schema(schema: &str, value: &Value) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(schema);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("it is there")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert_eq!(faults, [""; 0], "{value}");
}

fn texts<'v>(values: &'v Value, key: &str) -> Vec<&'v str> {
    values.as_array().into_iter().flatten().filter_map(|value| value[key].as_str()).collect()
}

#[test]
fn explain_tells_programs_the_chain_from_the_page_to_the_file() {
    let site = site();
    site.build().succeeded();
    site.write("data/numbers.txt", "1\n2\n3\n");
    let run = site.command().args(["--explain=json", "--message-format", "short"]).run().succeeded();
    let told: Value = serde_json::from_str(&run.stdout).expect("it prints JSON");
    check_schema("explain.schema.json", &told);
    let page = told["pages"].as_array().expect("pages").iter().find(|page| page["file"] == "2024/05/01/one/index.html");
    let chain = texts(&page.expect("the site has the page")["fate"]["differs"], "what");
    let wanted = [
        "the text of posts/2024/05/one.md for `en`",
        "the macro call `sum` in posts/2024/05/one.md",
        "the file data/numbers.txt",
    ];
    assert_eq!(chain, wanted);
    let call = &told["macros"][0]["fate"]["ran-changed"][0];
    assert_eq!((&call["what"], &call["file"]), (&"the file data/numbers.txt".into(), &"data/numbers.txt".into()));
    let reused = told["pages"].as_array().into_iter().flatten().filter(|page| page["fate"] == "reused").count();
    assert!(reused >= 3, "{told}");
}

#[test]
fn why_is_told_after_the_fact() {
    let site = site();
    site.build().succeeded();
    site.edit("scripts/words.py", "text.upper()", "text.upper() + '!'");
    site.build().succeeded();
    site.build().succeeded();
    let told = bds(&site, ["why", "/2024/05/01/one/", "--macro", "sum"]).exited(0).stdout;
    let lines: Vec<_> = told.lines().map(|line| line.split(": ~").next().unwrap_or(line)).collect();
    let seal = |line: &str| line.split(": ").next().unwrap_or_default().to_owned();
    assert_eq!(lines[0], "2024/05/01/one/index.html: the page of posts/2024/05/one.md for `en`");
    assert_eq!(lines[1], "  build 3 of 2024-06-01T12:00:00Z: reused: nothing that it is made from differs");
    assert_eq!(lines[2], "  build 2 of 2024-06-01T12:00:00Z: rendered: something that it is made from differs");
    assert_eq!(
        lines[3..6].iter().map(|line| seal(line)).collect::<Vec<_>>(),
        [
            "    because the text of posts/2024/05/one.md for `en`",
            "    because the macro call `sum` in posts/2024/05/one.md",
            "    because the file scripts/words.py",
        ]
    );
    assert_eq!(lines[6], "[[sum]] in posts/2024/05/one.md (en)");
    assert_eq!(lines[8], "  build 2 of 2024-06-01T12:00:00Z: ran: the file scripts/words.py differs");

    for page in ["html/2024/05/01/one/index.html", "https://blog.example/2024/05/01/one/", "posts/2024/05/one.md"] {
        let story = json(&site, ["why", page]);
        check_schema("why.schema.json", &story);
        assert_eq!(texts(&story, "file"), ["2024/05/01/one/index.html"], "{page}");
        assert_eq!((&story[0]["latest"]["build"], &story[0]["rendered"]["build"]), (&3.into(), &2.into()));
    }
    let refused = bds(&site, ["why", "templates/own.liquid"]).exited(2).stderr;
    assert!(refused.contains("`bds rdeps FILE`"), "{refused}");
}

#[test]
fn a_project_that_was_never_built_is_not_touched_by_looking() {
    let site = site();
    for command in ["why", "deps", "rdeps"] {
        let said = bds(&site, [command, "posts/2024/05/one.md"]).exited(2).stderr;
        assert!(said.contains("never built"), "{said}");
    }
    assert_eq!(bds(&site, ["cache", "info"]).exited(0).stdout, "");
    assert!(!site.has(".bds"), "looking makes nothing");
    site.command().args(["--dry-run"]).run().succeeded();
    assert!(!site.has(".bds") && !site.has("html"), "a dry run writes nothing");
}

#[test]
fn deps_go_down_to_the_files() {
    let site = site();
    site.build().succeeded();
    let deps = json(&site, ["deps", "2024/05/01/one/index.html"]);
    check_schema("deps.schema.json", &deps);
    let files: Vec<_> = deps[0]["files"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for file in ["data/numbers.txt", "meta/project.json", "posts/2024/05/one.md", "scripts/sum.py", "scripts/words.py"]
    {
        assert!(files.contains(&file), "{file} is not in {files:?}");
    }
    assert!(!files.contains(&"templates/own.liquid") && !files.contains(&"posts/2024/05/two.md"), "{files:?}");
    let text = bds(&site, ["deps", "/2024/05/01/one/"]).exited(0).stdout;
    assert!(text.contains("      the file data/numbers.txt\n        data/numbers.txt\n"), "{text}");
    assert!(bds(&site, ["deps", "/", "--dot"]).exited(0).stdout.starts_with("digraph {\n"));
}

#[test]
fn rdeps_name_the_pages_that_an_edit_rebuilds() {
    let site = site();
    site.build().succeeded();
    let pages = |file: &str| {
        let rdeps = json(&site, ["rdeps", file]);
        check_schema("rdeps.schema.json", &rdeps);
        let all = rdeps["pages"].as_array().expect("pages").iter();
        let near = all.filter(|page| page["how"] == "directly").filter_map(|page| page["page"].as_str());
        near.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(pages("templates/own.liquid"), ["2024/05/02/two/index.html"]);
    let shown = [
        "2024/05/01/index.html",
        "2024/05/01/one/index.html",
        "2024/05/index.html",
        "2024/index.html",
        "atom.xml",
        "index.html",
        "rss.xml",
    ];
    for file in ["data/numbers.txt", "scripts/words.py", "scripts/sum.py"] {
        assert_eq!(pages(file), shown, "{file}");
    }
    let text = bds(&site, ["rdeps", "data/numbers.txt"]).exited(0).stdout;
    assert!(text.starts_with("7 pages that show the file, or what is made of it:\n"), "{text}");
    let run = bds(&site, ["rdeps", "data/other.txt"]).exited(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "No page depends on `data/other.txt`.\n"));
    assert!(bds(&site, ["rdeps", "data/numbers.txt", "--dot"]).exited(0).stdout.contains("data/numbers.txt"));
}
