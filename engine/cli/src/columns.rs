//! Tables for people: cells to the left, columns as wide as they must be.

/// Lines of cells under their heads. Nothing where there are no lines.
pub(crate) fn columns<const N: usize>(heads: [&str; N], lines: &[[String; N]]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let all = || std::iter::once(heads).chain(lines.iter().map(|line| line.each_ref().map(String::as_str)));
    let width = |column: usize| all().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    all().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_heads() {
        let lines = [["ä".to_owned(), String::new()], ["long".to_owned(), "x".to_owned()]];
        assert_eq!(columns(["a", "b"], &lines), "a     b\nä\nlong  x\n");
        assert_eq!(columns(["a"], &[]), "");
    }
}
