//! `bds stats` and `bds bench`.

use bds_tests::{Bds, Run, Site};
use serde_json::Value;

const CODE: &str = "def render(context, post):\n    if 'bad' in context['params']:\n        raise ValueError\n    return {'html': post['title']}";

fn site() -> Site {
    Site::new().macro_script("hello", CODE).post("one", 1, "", "[[hello]] [[hello again=1]]").post(
        "two",
        2,
        "",
        "[[hello]]",
    )
}

fn stats<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Run {
    Bds::new(["stats"]).args(args).in_folder(&site.path("")).run()
}

fn json<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Value {
    let run = stats(site, args.into_iter().chain(["--json"])).exited(0);
    serde_json::from_str(&run.stdout).expect("it prints JSON")
}

#[test]
fn a_project_that_was_never_built_has_none() {
    let site = site();
    let run = stats(&site, []).exited(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "No build that was looked at used a script.\n"));
    assert!(!site.has(".bds"), "looking makes nothing");
}

#[test]
fn counters_are_those_of_the_builds() {
    let site = site();
    let build = site.build().succeeded();
    assert_eq!(build.report["scripts"]["hello"]["executions"], 3);
    site.edit("posts/2024/05/one.md", "[[hello again=1]]", "[[hello bad=1]]");
    site.build().had_errors();
    let hello = &json(&site, [])["scripts"]["hello"];
    let of = |name: &str| hello[name].as_u64().expect("a number");
    assert_eq!((of("builds"), of("calls"), of("cache_hits")), (2, 6, 2), "{hello}");
    assert_eq!((of("executions"), of("errors"), of("timeouts")), (4, 1, 0), "{hello}");
    assert!(of("max_us") >= of("p95_us") && of("p95_us") >= of("p50_us") && of("total_us") > 0, "{hello}");

    let builds = json(&site, ["hello", "--last", "1"]);
    assert_eq!(builds["builds"][0]["number"], 2);
    assert_eq!(builds["builds"][0]["scripts"]["hello"]["errors"], 1);
    let table = stats(&site, ["hello"]).exited(0).stdout;
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.lines().nth(1).is_some_and(|line| line.starts_with("2 2024-06-01T12:00:00Z")), "{table}");
}

#[test]
fn a_breach_is_a_sentence_and_exit_code_1() {
    let site = site().file("bds.toml", "[thresholds]\nerrors = 0\n[thresholds.hello]\np95_ms = 60000\n");
    site.build().succeeded();
    assert_eq!(stats(&site, ["--check"]).exited(0).stdout, "");
    site.edit("posts/2024/05/one.md", "[[hello again=1]]", "[[hello bad=1]]");
    site.build().had_errors();
    assert_eq!(stats(&site, ["--check"]).exited(1).stdout, "`hello` in build 2 failed once, where 0 is allowed.\n");
    site.edit("posts/2024/05/one.md", "[[hello bad=1]]", "[[hello]]");
    site.build().succeeded();
    assert_eq!(stats(&site, ["--check"]).exited(0).stdout, "", "only the latest build counts");
    assert_eq!(stats(&site, ["--check", "--last", "9"]).exited(1).stdout.lines().count(), 1);
}

#[test]
fn suggested_thresholds_can_be_put_into_the_configuration() {
    let site = site();
    for _ in 0..5 {
        site.command().args(["--no-cache"]).run().succeeded();
    }
    let suggested = stats(&site, ["--suggest"]).exited(0).stdout;
    assert!(suggested.starts_with("[thresholds.hello]\np95_ms = "), "{suggested}");
    assert_eq!(stats(&site, ["--suggest"]).exited(0).stdout, suggested, "the same builds give the same");
    site.write("bds.toml", &suggested);
    assert_eq!(stats(&site, ["--suggest"]).exited(0).stdout, suggested, "it is a valid configuration");
    site.build().succeeded();
}

#[test]
fn bench_measures_three_things_in_text_and_json() {
    let run = Bds::new(["bench", "--iterations", "3", "--json"]).in_folder(&Site::empty().path("")).run().exited(0);
    let measured: Value = serde_json::from_str(&run.stdout).expect("it prints JSON");
    let rows = measured["measured"].as_array().expect("rows");
    let names: Vec<_> = rows.iter().map(|row| row["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["cold start", "warm run", "repeated macro"]);
    for row in rows {
        let of = |name: &str| row[name].as_f64().expect("a number");
        assert_eq!(row["iterations"], 3);
        assert!(
            of("min") > 0.0 && of("min") <= of("p50") && of("p50") <= of("p95") && of("min") <= of("mean"),
            "{row}"
        );
    }
    let text = Bds::new(["bench", "--iterations", "3"]).in_folder(&Site::empty().path("")).run().exited(0).stdout;
    assert_eq!(text.lines().count(), 5, "{text}");
}
