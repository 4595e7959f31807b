use super::*;

fn read(text: &str) -> Config {
    parse(text).unwrap_or_else(|diagnostics| panic!("{text}: {diagnostics:#?}"))
}

/// The diagnostics as `line:column code message | hints`.
fn refused(text: &str) -> Vec<String> {
    let diagnostics = parse(text).expect_err(text);
    let shown = diagnostics.iter().map(|diagnostic| {
        let start = diagnostic.place.as_ref().and_then(|place| place.start).unwrap();
        let hints = diagnostic.hints.join(" | ");
        format!("{}:{} {} {} | {hints}", start.line, start.column, diagnostic.code, diagnostic.message)
    });
    shown.collect()
}

#[test]
fn every_key_is_optional() {
    let config = read("");
    assert_eq!(config, Config::default());
    assert_eq!((config.timezone.as_str(), config.output.dir.as_str()), ("UTC", "html"));
    assert_eq!((config.output.media, &*config.python.venv), (MediaMode::Link, ".venv"));
    assert!(config.archives.root && config.archives.translations);
    assert_eq!(config.limits_of("gallery"), (Limits::default(), vec![]));
}

const ALL: &str = r#"
timezone = "Europe/Berlin"
[output]
dir = "public/site"
media = "copy"
[archives]
day = false
feeds = false
[macros]
timeout_ms = 2000
requests = 7
[macros.weather]
timeout_ms = 500
allow = ["network", "env:KEY", "network"]
[python]
venv = "/opt/venv"
"#;

#[test]
fn every_key_is_read() {
    let config = read(ALL);
    assert_eq!((config.timezone.as_str(), config.output.dir.as_str()), ("Europe/Berlin", "public/site"));
    assert_eq!((config.output.media, &*config.python.venv), (MediaMode::Copy, "/opt/venv"));
    assert_eq!((config.archives.day, config.archives.feeds, config.archives.month), (false, false, true));
}

#[test]
fn options_of_a_script_go_over_those_of_all() {
    let config = read(ALL);
    let (limits, allowed) = config.limits_of("weather");
    assert_eq!((limits.timeout_ms, limits.requests, limits.memory_mb), (500, 7, Limits::default().memory_mb));
    assert_eq!(allowed, [Permission::Network, Permission::Env("KEY".to_owned())]);
    let (limits, allowed) = config.limits_of("gallery");
    assert_eq!((limits.timeout_ms, limits.requests, allowed.len()), (2000, 7, 0));
}

#[test]
fn the_reader_and_the_types_agree() {
    assert_eq!(toml::from_str::<Config>(ALL).ok().map(|config| config.output), Some(read(ALL).output));
    assert_eq!(
        toml::from_str::<Config>(ALL).ok().map(|config| config.macros.scripts["weather"].limits),
        Some(read(ALL).macros.scripts["weather"].limits)
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let diagnostics =
        refused("timzone = \"UTC\"\n[output]\ndir = 3\nmedia = \"lnik\"\nx = 1\n[macros.a]\nallow = [\"net\"]\n");
    let places: Vec<_> = diagnostics.iter().map(|one| one.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    let expected = ["1:1 config-key", "3:7 config-value", "4:9 config-value", "5:1 config-key", "7:10 config-value"];
    assert_eq!(places, expected, "{diagnostics:#?}");
}

#[test]
fn what_is_wrong_is_said_with_what_would_be_right() {
    let check = |text: &str, parts: &[&str]| {
        let [diagnostic] = &refused(text)[..] else { panic!("{text}: {:#?}", refused(text)) };
        assert!(parts.iter().all(|part| diagnostic.contains(part)), "{text}: {diagnostic}");
    };
    check("timzone = \"UTC\"", &["1:1", "no key `timzone`", "`timezone`"]);
    check("timezone = \"Europe/Berln\"", &["1:12", "no time zone", "Europe/Berlin"]);
    check("[archives]\ntags = false", &["2:1", "in `[archives]`", "`tag`"]);
    check("[archives]\ntag = \"no\"", &["2:7", "archives.tag", "boolean"]);
    check("[macros]\ntimeout_ms = 0", &["2:14", "macros.timeout_ms", "expected a whole number, 1 or more"]);
    check("[macros]\ntimeout_ms = -5", &["2:14"]);
    check("[macros]\ntimeout = 5", &["2:1", "`timeout_ms`"]);
    check("[macros.a]\nallow = [\"net\"]", &["2:10", "macros.a.allow", "network, subprocess"]);
    check("[macros.a]\nalow = []", &["2:1", "in `[macros.a]`", "`allow`"]);
    check("output = \"html\"", &["1:10", "no table", "[output]"]);
    check("[output]\ndir = \"posts/x\"", &["2:7", "sources"]);
    check("[output]\ndir = \"\"", &["2:7"]);
    check("[output]\ndir = \"../x\"", &["2:7", "plain relative path"]);
    check("[output]\nmedia = \"lnik\"", &["2:9", "there is no `lnik`, expected one of `link`"]);
    check("a = ", &["config-syntax"]);
}

#[test]
fn the_types_have_a_schema() {
    let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["properties"]["timezone"].is_object());
    assert!(schema["properties"]["archives"].is_object());
}

#[test]
fn thresholds_of_a_script_go_over_those_of_all() {
    let thresholds = read("[thresholds]\np95_ms = 50\nerrors = 0\n[thresholds.Slow-One]\np95_ms = 0.25\n").thresholds;
    let p95 = |slug| thresholds.of(slug).p95_ms.map(Milliseconds::micros);
    assert_eq!((p95("any"), p95("slow_one")), (Some(50_000), Some(250)));
    assert_eq!((thresholds.of("slow_one").errors, thresholds.of("slow_one").timeouts), (Some(0), None));
    assert_eq!(
        refused("[thresholds]\np95_ms = -1\nerror = 2\n[thresholds.a]\np95_ms = \"fast\"\ntimeout = 1\n"),
        [
            "2:10 config-value `thresholds.p95_ms` cannot be that: invalid value: integer `-1`, expected a number of milliseconds, 0 or more | ",
            "3:1 config-key there is no key `error` in `[thresholds]` | did you mean `errors`?",
            "5:10 config-value `thresholds.a.p95_ms` cannot be that: invalid type: string \"fast\", expected a number of milliseconds, 0 or more | ",
            "6:1 config-key there is no key `timeout` in `[thresholds.a]` | did you mean `timeouts`?",
        ]
    );
}
