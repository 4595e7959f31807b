//! The blog that all build: the posts of `cargo xtask corpus`, less what only `bds` has.

use crate::corpus::{self, Head};

/// The posts, oldest first.
pub(super) struct Blog {
    pub(super) posts: Vec<Post>,
}

/// One post.
pub(super) struct Post {
    pub(super) head: Head,
    /// Markdown in pieces: text, and between two texts a call of the shortcode.
    pieces: Vec<Piece>,
}

enum Piece {
    Text(String),
    Call { kind: String, text: String },
}

impl Blog {
    /// So many posts, always the same.
    pub(super) fn new(posts: usize) -> Self {
        let posts = corpus::posts(posts).into_iter().map(|(head, body)| Post { head, pieces: pieces(&body) });
        Self { posts: posts.collect() }
    }

    /// The post that is edited: one in the midst that calls the shortcode.
    pub(super) fn edited(&self) -> &Post {
        &self.posts[self.posts.len() / 2 / 5 * 5]
    }
}

impl Post {
    /// Where its page is, in all sites: `2024/05/03/slug`.
    pub(super) fn address(&self) -> String {
        format!("{}/{}", self.head.created.strftime("%Y/%m/%d"), self.head.slug)
    }

    /// When it was written: `2024-05-03T10:00:00Z`.
    pub(super) fn date(&self) -> String {
        self.head.created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Its text, with calls of the shortcode written as a tool wants them: kind, text.
    pub(super) fn text(&self, call: impl Fn(&str, &str) -> String) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Call { kind, text } => call(kind, text),
        };
        self.pieces.iter().map(text).collect()
    }
}

/// Takes the calls of the corpus' own macro apart, and the others out.
fn pieces(body: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece::Text(String::new())];
    for line in body.split_inclusive('\n') {
        let call = line.trim_end().strip_prefix("[[note kind=\"").and_then(|rest| rest.strip_suffix("\"]]"));
        match (call.and_then(|call| call.split_once("\" text=\"")), pieces.last_mut()) {
            (Some((kind, text)), _) => {
                pieces.push(Piece::Call { kind: kind.to_owned(), text: text.to_owned() });
                pieces.push(Piece::Text("\n".to_owned()));
            }
            (None, Some(Piece::Text(text))) if !line.starts_with("[[") => text.push_str(line),
            _ => {}
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fifth_post_calls_the_shortcode_once_and_nothing_else_is_called() {
        let blog = Blog::new(50);
        let texts: Vec<_> = blog.posts.iter().map(|post| post.text(|kind, text| format!("<{kind}|{text}>"))).collect();
        for (number, text) in texts.iter().enumerate() {
            let calls = ["<tip|", "<warning|", "<aside|"].map(|call| text.matches(call).count()).iter().sum::<usize>();
            assert_eq!(calls, usize::from(number % 5 == 0), "{text}");
            assert!(!text.contains("[["), "{text}");
        }
        assert!(blog.edited().text(|_, _| "CALLED".to_owned()).contains("CALLED"));
    }
}
