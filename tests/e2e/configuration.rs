//! What `bds.toml` says is done, and what it says in vain is told.

use bds_tests::Site;

#[test]
fn options_for_a_script_that_is_not_there() {
    let toml = "[macros.wether]\nallow = [\"network\"]\n\n[macros]\ntimeout_ms = 5000\n\n\
                [macros.photo_album]\ntimeout_ms = 9000\n\n[macros.zzz]\n[macros.draft]\n[macros.shut]\n";
    let site = Site::new()
        .macro_script("weather", "def render(context, post):\n    return {\"html\": \"\"}")
        .file("scripts/draft.py", "# A module without metadata.\n")
        .file("scripts/shut.py", b"# \xff\n")
        .file("bds.toml", toml);
    assert_eq!(
        site.build().had_errors().diagnostics(),
        "bds.toml:1:9 warning[config-script] there is no script `wether`, so its options in `bds.toml` do nothing\n\
        hint: did you mean `weather`?\n\
        bds.toml:10:9 warning[config-script] there is no script `zzz`, so its options in `bds.toml` do nothing\n\
        hint: write the script `scripts/zzz.py`, or remove `[macros.zzz]`\n\
        scripts/shut.py:1:3 error[not-utf8] the byte 0xff is not valid UTF-8\n\
        hint: the file seems to be in another encoding; save it as UTF-8\n"
    );
}

#[test]
fn options_under_an_alias_hold_for_the_shipped_script() {
    let site = Site::new()
        .post("pictures", 1, "", "[[photo_album]]\n\n[[photo_archive year=\"2024\"]]")
        .file("bds.toml", "[macros.photo_album]\noutput_bytes = 1\n");
    let said = site.build().had_errors().diagnostics();
    assert_eq!(said.matches("error[macro-failed]").count(), 2, "{said}");
    let site = site.macro_script("photo_album", "def render(context, post):\n    return {\"html\": \"mine\"}");
    let said = site.build().had_errors().diagnostics();
    assert_eq!(said.matches("error[macro-failed] the macro `photo_album`").count(), 1, "{said}");
}
