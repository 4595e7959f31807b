//! Files that editors, tools and systems make for a moment, on the way to a file that counts.

use bds_base::{SitePath, is_temporary};

use crate::layout;

/// Whether a file, or a folder that it lies in, means nothing: backups, swap files, probes and half-written files of
/// editors and of tools that copy, what systems leave in folders, and the folders of version control. Such a file is no
/// source, and its changes are not looked at.
///
/// Hidden files that are none of these are no sources either, but a macro may read them.
pub fn is_passing(path: &SitePath) -> bool {
    path.as_str().split('/').any(is_passing_name)
}

fn is_passing_name(name: &str) -> bool {
    is_temporary(name)
        || FOLDERS.contains(&name)
        || NAMES.contains(&name)
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name.rsplit_once('.').is_some_and(|(_, own)| EXTENSIONS.iter().any(|known| own.eq_ignore_ascii_case(known)))
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || name.starts_with('#') && name.ends_with('#')
        || is_of_vim(name)
        || is_of_sed(name)
        || is_of_rsync(name)
}

/// Folders of version control, of Python and of Node.js, which are large and busy.
const FOLDERS: &[&str] = &[".git", ".hg", ".svn", ".jj", "__pycache__", "node_modules", layout::STATE];

/// Vim tries with `4913` whether it can make files in a folder.
const NAMES: &[&str] = &["4913", ".DS_Store", "Thumbs.db", "desktop.ini"];

/// Backups, and half-written files of `JetBrains`.
const ENDINGS: &[&str] = &["~", "___jb_tmp___", "___jb_old___"];

/// Swap files of vim; half-written files of browsers, of git, of programs that copy, and of tools that write a temporary
/// file first.
const EXTENSIONS: &[&str] = &["swp", "swo", "swx", "tmp", "temp", "crdownload", "part", "partial", "filepart"];

/// Locks of Emacs; half-written files of `GLib` (gedit), of KDE, and of NFS.
const BEGINNINGS: &[&str] = &[".#", ".goutputstream-", ".nfs", ".kate-swp", ".fuse_hidden", ".~lock."];

/// Swap files of vim beyond the third: `.a.md.swn`, and those of files that are swap files already.
fn is_of_vim(name: &str) -> bool {
    let ending = name.strip_prefix('.').and_then(|rest| rest.rsplit_once('.')).map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        ending.len() == 3 && ending.starts_with("sw") && ending.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

/// `sedAb3dEf`, in which `sed -i` writes.
fn is_of_sed(name: &str) -> bool {
    name.strip_prefix("sed").is_some_and(is_random)
}

/// `.a.md.Ab3dEf`, in which rsync writes `a.md`.
fn is_of_rsync(name: &str) -> bool {
    let (Some(rest), true) = (name.strip_prefix('.'), name.matches('.').count() >= 3) else { return false };
    rest.rsplit_once('.').is_some_and(|(_, random)| is_random(random))
}

/// Six letters and digits, of which one at least is a capital or a digit: no word.
fn is_random(text: &str) -> bool {
    text.len() == 6
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_and_tools_leave_for_a_moment_means_nothing() {
        let check = |path: &str, expected: bool| {
            assert_eq!(is_passing(&SitePath::new(path).expect("a plain path")), expected, "{path}");
        };
        for name in [
            "4913",
            ".a.md.swp",
            ".a.md.swo",
            ".a.md.swn",
            "a.md~",
            ".#a.md",
            "#a.md#",
            ".goutputstream-ABC123",
            "a.md___jb_tmp___",
            "a.md___jb_old___",
            ".a.md.Ab3dEf",
            "sedAb3dEf",
            ".bds-tmp-abcdef",
            ".git/index.lock",
            ".nfs0000000000000001",
            "a.jpg.part",
            ".a.md.tmp",
        ] {
            check(&format!("posts/2024/05/{name}"), true);
        }
        for name in
            ["a.md", "4914", "a.de.md", ".hidden.json", ".a.b.second", "sedation", "swap.swift", "a.b.Ab3dEf.md"]
        {
            check(&format!("posts/2024/05/{name}"), false);
        }
        check("bds.toml", false);
        check(".bds/store.db", true);
    }
}
