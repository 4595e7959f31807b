//! A terminal that nobody sits at, and what one would see there.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// A new terminal of 80 columns: our side of it, and that of a program.
pub(crate) fn open() -> (OwnedFd, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("the machine has terminals");
    grantpt(&ours).expect("it is ours");
    unlockpt(&ours).expect("it is ours");
    tcsetwinsize(&ours, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).expect("it is ours");
    let name = ptsname(&ours, Vec::new()).expect("it has a name");
    let theirs = File::options().read(true).write(true).open(OsStr::from_bytes(name.as_bytes()));
    (ours, theirs.expect("it can be opened"))
}

/// Everything that is sent to a terminal until its other side is closed.
pub(crate) fn read_all(terminal: OwnedFd) -> String {
    let mut sent = Vec::new();
    // Linux ends it with an error, others with nothing.
    let _ = File::from(terminal).read_to_end(&mut sent);
    String::from_utf8(sent).expect("bds prints UTF-8")
}

/// The lines that stand on a terminal after it was sent this, less empty ones. Knows carriage returns, line breaks,
/// moves up and down, and the erasing of lines and of all that follows.
pub fn screen(sent: &str) -> Vec<String> {
    let mut lines = vec![Vec::new()];
    let (mut row, mut column) = (0_usize, 0);
    let mut rest = sent.chars();
    while let Some(next) = rest.next() {
        match next {
            '\r' => column = 0,
            '\n' => row += 1,
            '\u{1b}' => {
                let (number, command) = sequence(&mut rest);
                match command {
                    Some('A') => row = row.saturating_sub(number.unwrap_or(1)),
                    Some('B') => row += number.unwrap_or(1),
                    Some('K') if number == Some(2) => lines[row].clear(),
                    Some('K') => lines[row].truncate(column),
                    Some('J') => {
                        lines[row].truncate(column);
                        lines.truncate(row + 1);
                    }
                    _ => {}
                }
            }
            shown => {
                let line = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = shown;
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
    }
    let lines = lines.into_iter().map(|line| line.into_iter().collect::<String>().trim_end().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// The number and the letter of an escape sequence, whose first character has been taken.
fn sequence(rest: &mut std::str::Chars<'_>) -> (Option<usize>, Option<char>) {
    let mut digits = String::new();
    let command = rest.find(|c| {
        digits.extend(c.is_ascii_digit().then_some(*c));
        c.is_alphabetic()
    });
    (digits.parse().ok(), command)
}
