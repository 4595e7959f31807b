//! What ships with bds, as files of a project: seeded, changed, updated, pinned, and never in the way of a build.

use std::path::Path;
use std::process::{Command, Stdio};

use bds_tests::{Bds, Run, Site, Watch, bds, fixture};
use serde_json::Value;

/// `bds defaults` in a project.
fn run(site: &Site, args: &[&str]) -> Run {
    Bds::new(["defaults"]).args(args).arg("--project").arg(site.path("")).run()
}

fn done(site: &Site, args: &[&str]) -> String {
    run(site, args).exited(0).stdout
}

/// What `--json` prints.
fn json(site: &Site, args: &[&str], exit_code: i32) -> Value {
    let run = run(site, args).exited(exit_code);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

/// The state of a default, and its version.
fn state(site: &Site, slug: &str) -> (String, Option<u64>) {
    let status = json(site, &["status", "--json"], 0);
    let standings = status["defaults"].as_array().expect("a list");
    let standing = standings.iter().find(|it| it["slug"] == slug).expect("it ships");
    (standing["state"].as_str().expect("a word").to_owned(), standing["version"].as_u64())
}

fn is(state: &str, version: u64) -> (String, Option<u64>) {
    (state.to_owned(), Some(version))
}

/// A site with every macro and no file of any default.
fn site() -> Site {
    Site::new()
        .post("clouded", 1, "tags: [sea]\n", "[[tag_cloud]]\n\n[[gallery]]\n\n[[photo_album year=\"2024\"]]")
        .post("filmed", 2, "", "[[youtube id=\"a\"]]")
}

const PAGE: &str = "2024/05/01/clouded/index.html";

/// The wart of the first version of the tag cloud, by which the versions are told apart.
fn is_first_version(site: &Site) -> bool {
    site.page(PAGE).contains("\"pico\"data-tag-cloud-words")
}

#[test]
fn seeding_changes_no_page_and_no_build_changes_a_source() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/field-notes");
    for (site, has_faults) in
        [(Site::copy_of(&fixture("sample")), true), (Site::copy_of(&example), false), (site(), false)]
    {
        let build = |site: &Site| {
            let build = site.command().args(["--now", "2026-11-20T12:00:00Z", "--strict"]).run();
            if has_faults { build.had_errors() } else { build.succeeded() }
        };
        let told = build(&site).diagnostics();
        let before = site.output();
        done(&site, &["seed"]);
        let sources = site.sources();
        assert!(sources.has("scripts/gallery.py") && sources.has("templates/single-post.liquid"));
        let again = build(&site).counted(&[("files_written", 0), ("files_removed", 0)]);
        assert_eq!((site.output().differences(&before), again.diagnostics()), (vec![], told));
        let fresh = Site::copy_of(&site.path(""));
        build(&fresh);
        assert_eq!(fresh.output().differences(&before), [""; 0]);
        assert_eq!(site.sources().differences(&sources), [""; 0], "a build wrote a source");
    }
}

#[test]
fn a_project_that_says_nothing_gets_the_first_versions_until_it_asks_for_others() {
    let site = site();
    site.build().succeeded();
    assert!(is_first_version(&site));
    done(&site, &["pin", "tag_cloud", "2"]);
    assert!(!site.has("scripts"), "a pin makes no file");
    site.build().succeeded();
    assert!(!is_first_version(&site));
    done(&site, &["pin", "tag_cloud", "1"]);
    done(&site, &["update"]);
    site.build().succeeded();
    assert!(is_first_version(&site), "a pin holds");
    assert_eq!((state(&site, "tag_cloud"), state(&site, "gallery")), (is("pinned", 1), is("missing", 2)));
    done(&site, &["take", "tag_cloud"]);
    site.build().succeeded();
    assert!(!is_first_version(&site) && site.read("scripts/tag_cloud.py").contains("version: 2"));
}

#[test]
fn what_the_user_changed_is_what_a_build_uses() {
    let site = site();
    done(&site, &["seed"]);
    site.edit("scripts/photo_archive.py", "photo-archive-container", "my-container");
    site.edit("templates/partials/site-footer.liquid", "<footer", "<footer data-mine");
    site.edit("meta/strings/en.json", "\"Taxonomy\"", "\"Subjects\"");
    site.build().succeeded();
    let page = site.page(PAGE);
    // The call has the name `photo_album`, an alias that the script's metadata declares.
    for wanted in ["my-container", "<footer data-mine", "aria-label=\"Subjects\""] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }
    assert_eq!(state(&site, "photo_archive"), is("modified", 1));
}

#[test]
fn a_project_has_strings_of_its_own_for_any_language() {
    let site = site().file("meta/strings/pt.json", "{ \"render.tagCloud.ariaLabel\": \"Nuvem\", \"render.x\": 5 }");
    site.edit("meta/project.json", "\"en\"", "\"pt\"");
    let build = site.build().succeeded();
    let told = "meta/strings/pt.json:1:53 warning[meta-value] `render.x` is no text in double quotes\n";
    assert!(build.diagnostics().starts_with(told), "{}", build.diagnostics());
    assert!(site.page(PAGE).contains("aria-label=\"Nuvem\"") && site.page(PAGE).contains("aria-label=\"Taxonomy\""));
    site.edit("meta/strings/pt.json", "Nuvem", "Outra");
    site.build().succeeded();
    assert!(site.page(PAGE).contains("aria-label=\"Outra\""));
}

#[test]
fn another_name_is_declared_in_the_metadata() {
    let code = "\"\"\"\n---\nslug: \"wall\"\nkind: \"macro\"\naliases: [\"Photo Wall\", \"gallery\", \"other\"]\n---\n\"\"\"\n\n\
                def render(context, post):\n    return {\"html\": context[\"env\"][\"hook\"]}\n";
    let site = Site::new()
        .file("scripts/wall.py", code)
        .macro_script("other", "def render(context, post):\n    return {\"html\": \"itself\"}")
        .post("named", 1, "", "[[wall]], [[photo_wall]], [[gallery]], [[other]]");
    site.build().succeeded();
    assert!(site.page("2024/05/01/named/index.html").contains("<p>wall, photo_wall, gallery, itself</p>"));
}

#[test]
fn a_life_with_defaults() {
    let site = site();
    assert_eq!(state(&site, "gallery"), is("missing", 1));
    assert!(done(&site, &["seed"]).contains("scripts/gallery.py: seeded, version 1\n"));
    assert_eq!(run(&site, &["seed"]).exited(0).stderr, "Nothing to do.\n");
    site.remove("scripts/vimeo.py");
    site.edit("scripts/gallery.py", "loading=\"lazy\"", "loading=\"eager\"");
    site.edit("scripts/photo_archive.py", "escape(image.get(\"alt\") or name)", "\"\"");
    let updated = done(&site, &["update"]);
    assert_eq!(
        updated,
        "scripts/gallery.py: kept: you have changed it; version 2 is there, see `bds defaults diff gallery`\n\
         scripts/photo_archive.py: kept: you have changed it; version 2 is there, see `bds defaults diff photo_archive`\n\
         scripts/tag_cloud.py: updated from version 1 to 2\n"
    );
    let states = ["vimeo", "gallery", "tag_cloud"].map(|slug| state(&site, slug));
    assert_eq!(states, [is("removed", 1), is("modified", 1), is("current", 2)]);
    let shown = run(&site, &["diff", "gallery"]).exited(0);
    assert!(
        shown.stdout.contains("+\t\t\t\t\t\tloading=\"eager\"\n") && shown.stdout.contains("+version: 2\n"),
        "{}",
        shown.stdout
    );
    assert_eq!(shown.stderr, "The changes can be merged: `bds defaults update gallery --merge`.\n");
    let merged = run(&site, &["update", "--merge"]).exited(1).stdout;
    assert!(merged.starts_with(
        "scripts/gallery.py: version 2 merged into your work on version 1; your text is kept in .bds/conflicts/"
    ));
    assert!(
        merged.contains("scripts/photo_archive.py: kept: you and version 2 have changed the same lines"),
        "{merged}"
    );
    let conflict = run(&site, &["diff", "photo_archive"]).exited(0);
    assert!(
        conflict.stdout.contains("<<<<<<< yours\n") && conflict.stdout.contains(">>>>>>> version 2\n"),
        "{}",
        conflict.stdout
    );
    assert!(site.read("scripts/gallery.py").contains("loading=\"eager\""));
    assert!(!site.read("scripts/photo_archive.py").contains("<<<<<<<"), "a conflict is shown, not written");
    assert_eq!(done(&site, &["keep", "photo_archive"]), "scripts/photo_archive.py: kept, as your work on version 2\n");
    assert_eq!(run(&site, &["update"]).exited(0).stderr, "Nothing to do.\n");
    assert!(
        done(&site, &["take", "photo_archive"])
            .contains("replaced with version 2; your text is kept in .bds/conflicts/")
    );
    assert!(!site.has("scripts/vimeo.py"), "what was removed stays removed");
    site.build().succeeded();
}

#[test]
fn programs_get_the_same_as_people() {
    let site = site();
    let planned = json(&site, &["seed", "gallery", "--json", "--dry-run"], 0);
    let expected = serde_json::json!({
        "dry_run": true,
        "defaults": [{ "slug": "gallery", "path": "scripts/gallery.py", "what": "seeded", "version": 1 }],
    });
    assert_eq!(planned, expected);
    assert!(!site.has("scripts") && !site.has("meta/defaults.json") && !site.has(".bds"));
    json(&site, &["seed", "--json"], 0);
    let compared = json(&site, &["diff", "gallery", "--json"], 0);
    assert_eq!((&compared["from"], &compared["to"], &compared["state"]), (&1.into(), &2.into(), &"outdated".into()));
    let text = run(&site, &["seed", "--dry-run"]).exited(0);
    assert_eq!((text.stdout.as_str(), text.stderr.as_str()), ("", "Nothing to do.\n"));
    let text = run(&site, &["update", "--dry-run"]).exited(0);
    assert_eq!(text.stderr, "Nothing was written: this is what would be done.\n");
    assert_eq!(state(&site, "gallery"), is("outdated", 1));
}

#[test]
fn slips_on_the_command_line_are_told() {
    let site = site();
    let check = |args: &[&str], expected: &str| {
        let run = run(&site, args).exited(2);
        assert_eq!(run.stderr, expected, "{args:?}");
    };
    check(&["take", "galery"], "bds: nothing called `galery` ships with bds\nhint: did you mean `gallery`?\n");
    check(&["seed", "xyz"], "bds: nothing called `xyz` ships with bds\nhint: `bds defaults status` lists what does\n");
    check(&["pin", "gallery", "7"], "bds: version 7 of `gallery` does not ship with this bds\nhint: these do: 1, 2\n");
    assert!(!site.has(".bds") && !site.has("meta/defaults.json"));
}

#[test]
fn a_half_merged_record_stops_commands_and_is_told_by_builds() {
    let site = site();
    done(&site, &["update"]);
    let line = "    \"scripts/gallery.py\": { \"version\": 2 },\n";
    site.edit("meta/defaults.json", line, &format!("<<<<<<< HEAD\n{line}=======\n>>>>>>> theirs\n"));
    let broken = site.read("meta/defaults.json");
    for args in [&["status"][..], &["seed"], &["update"], &["take", "gallery"], &["diff", "gallery"]] {
        let run = run(&site, args).exited(2);
        assert!(
            run.stderr.contains("error[defaults-merge]") && run.stderr.contains("meta/defaults.json:4:1"),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.ends_with("bds: `meta/defaults.json` is not valid, so nothing was done\n"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(site.read("meta/defaults.json"), broken);
    assert!(run(&site, &["status", "--json"]).exited(2).stdout.contains("\"code\":\"defaults-merge\""));
    let build = site.build().had_errors();
    assert!(build.diagnostics().starts_with("meta/defaults.json:4:1 error[defaults-merge]"), "{}", build.diagnostics());
    assert!(is_first_version(&site), "the record counts as missing");
}

#[test]
fn a_version_that_does_not_ship_is_told_where_it_is_needed() {
    let site = site().file("meta/defaults.json", "{ \"defaults\": { \"scripts/tag_cloud.py\": { \"version\": 9 } } }");
    let build = site.build().succeeded();
    let told = "meta/defaults.json warning[defaults-version] version 9 of `tag_cloud` does not ship with this bds; version 2 is used\n";
    assert!(build.diagnostics().starts_with(told), "{}", build.diagnostics());
    assert!(!is_first_version(&site));
    let site = site.macro_script("tag_cloud", "def render(context, post):\n    return {\"html\": \"mine\"}");
    assert_eq!(site.build().succeeded().diagnostics(), "");
}

#[test]
fn a_seeded_file_that_is_a_folder_costs_itself_only() {
    let site = site();
    done(&site, &["seed"]);
    site.remove("scripts/gallery.py");
    site.write("scripts/gallery.py/mine.txt", "mine");
    let run = run(&site, &["update"]).exited(1);
    assert!(
        run.stdout.contains("scripts/gallery.py: not touched: there is a folder where the file belongs\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("scripts/tag_cloud.py: updated from version 1 to 2\n"));
    assert_eq!(site.read("scripts/gallery.py/mine.txt"), "mine");
}

#[test]
fn a_script_of_the_users_is_told_and_kept() {
    let site = site().macro_script("gallery", "def render(context, post):\n    return {\"html\": \"my own\"}");
    let mine = site.read("scripts/gallery.py");
    done(&site, &["seed"]);
    done(&site, &["update", "--merge"]);
    assert_eq!(site.read("scripts/gallery.py"), mine);
    let status = done(&site, &["status"]);
    assert!(status.contains("unknown  the file is not made from one that ships\n"), "{status}");
    site.build().succeeded();
    assert!(site.page(PAGE).contains("my own"));
}

#[test]
fn processes_that_seed_at_once_do_no_harm() {
    let site = site();
    let start = || {
        let mut command = Command::new(bds());
        command.args(["defaults", "update", "--project"]).arg(site.path(""));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("bds starts")
    };
    let seed = || {
        let mut command = Command::new(bds());
        command.args(["defaults", "seed", "--project"]).arg(site.path(""));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("bds starts")
    };
    let running = [seed(), start(), seed(), start(), seed()];
    for mut process in running {
        assert!(process.wait().expect("it ends").success());
    }
    done(&site, &["update"]);
    let status = json(&site, &["status", "--json"], 0);
    for standing in status["defaults"].as_array().expect("a list") {
        assert_eq!((&standing["state"], &standing["version"]), (&"current".into(), &standing["newest"]), "{standing}");
    }
}

#[test]
fn a_new_project_has_everything_in_its_newest_version() {
    let folder = Site::empty();
    Bds::new(["init"]).arg(folder.path("")).run().exited(0);
    let status = json(&folder, &["status", "--json"], 0);
    let standings = status["defaults"].as_array().expect("a list");
    assert!(standings.iter().all(|it| it["state"] == "current" && it["version"] == it["newest"]), "{status}");
    assert_eq!(run(&folder, &["update"]).exited(0).stderr, "Nothing to do.\n");
}

/// What `bds watch` told before its first build was through.
fn told_at_the_start(site: &Site) -> String {
    let mut watch = Watch::begin(site, &["--now", "2024-06-01T12:00:00Z"]);
    let told = watch.told().join("\n");
    assert_eq!(watch.interrupt().0, Some(130));
    told
}

#[test]
fn watching_seeds_what_never_was_a_file_and_changes_no_page() {
    let site = site();
    site.build().succeeded();
    let before = site.output();
    let told = told_at_the_start(&site);
    assert!(told.starts_with("Seeded 23 files of what ships with bds; `bds defaults status` lists them.\n"), "{told}");
    assert_eq!(site.output().differences(&before), [""; 0]);
    assert_eq!(run(&site, &["seed"]).exited(0).stderr, "Nothing to do.\n");
    site.remove("scripts/vimeo.py");
    site.edit("scripts/gallery.py", "loading=\"lazy\"", "loading=\"eager\"");
    let sources = site.sources();
    let again = told_at_the_start(&site);
    assert!(!again.contains("eeded"), "{again}");
    assert_eq!(site.sources().differences(&sources), [""; 0], "what was removed or changed stays so");
}

#[test]
fn a_project_that_cannot_be_seeded_is_watched_all_the_same() {
    let site = site().file("meta/defaults.json", "<<<<<<< a\n{}\n");
    let told = told_at_the_start(&site);
    let expected = "What ships with bds was not seeded: `meta/defaults.json` is not valid, so nothing was done.\n";
    assert!(told.starts_with(expected) && told.contains("error[defaults-merge]"), "{told}");
    assert!(!site.has("scripts") && site.read("meta/defaults.json") == "<<<<<<< a\n{}\n");
    site.remove("meta/defaults.json");
    site.write("scripts/gallery.py/mine.txt", "mine");
    let told = told_at_the_start(&site);
    assert!(
        told.starts_with("scripts/gallery.py: not touched: there is a folder where the file belongs\nSeeded 22 files"),
        "{told}"
    );
    assert_eq!(site.read("scripts/gallery.py/mine.txt"), "mine");
}
