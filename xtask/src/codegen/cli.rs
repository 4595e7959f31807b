//! `docs/cli.md`: the help texts of the binary, from the binary itself.

use std::fmt::Write as _;

use anyhow::{Context as _, ensure};

use crate::workspace;

const HEAD: &str = "# Commands\n\nWhat `bds COMMAND --help` prints.\n";

pub(super) fn page() -> anyhow::Result<String> {
    let main = help(&[])?;
    let mut page = HEAD.to_owned();
    section(&mut page, "bds", &main);
    for command in commands(&main) {
        let its_help = help(&[command])?;
        section(&mut page, &format!("bds {command}"), &its_help);
        for nested in commands(&its_help) {
            section(&mut page, &format!("bds {command} {nested}"), &help(&[command, nested])?);
        }
    }
    Ok(page)
}

fn section(page: &mut String, title: &str, help: &str) {
    write!(page, "\n## `{title}`\n\n```text\n{}\n```\n", help.trim_end()).expect("strings take all");
}

/// Runs the binary in a terminal of no known width, where help texts are as wide as `COLUMNS` says.
fn help(command: &[&str]) -> anyhow::Result<String> {
    let mut cargo = workspace::cargo(&["run", "--quiet", "--package", "bds", "--"]);
    let output = cargo.args(command).arg("--help").env("COLUMNS", "100").output()?;
    ensure!(output.status.success(), "bds --help: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).context("the help is not UTF-8")?;
    // Empty lines inside a help text carry the indentation of what is around them.
    Ok(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"))
}

/// The names in the section `Commands:` of a help text.
fn commands(help: &str) -> Vec<&str> {
    let section = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let entries = section.take_while(|line| !line.is_empty());
    // Descriptions that need a second line are indented further than names are.
    let names = entries.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_the_help() {
        let help = "Builds.\n\nUsage: bds\n\nCommands:\n  build  Builds the site,\n         all of it\n  init   Begins\n  help   Print\n\nOptions:\n  -h\n";
        assert_eq!(commands(help), ["build", "init"]);
    }
}
