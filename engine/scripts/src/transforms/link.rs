use url::Url;

/// What a bookmarklet hands over: a page and its title, in a form in which they can do no harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    /// The title of the page, of one line and at most 200 characters; its host where it has none.
    pub title: String,
    /// Its address: `http` or `https`, without credentials and fragment.
    pub url: String,
}

/// Why a link makes no post.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Another kind of link.
    #[error("this is no link of the form `bds://new-post?title=…&url=…`")]
    OtherLink,
    /// It does not say which page is meant.
    #[error("the link has no `url`")]
    NoUrl,
    /// No address of a page.
    #[error("`url` is no address: {0}")]
    NoAddress(String),
    /// An address of something else.
    #[error("`url` begins with `{0}:`; only pages of `http` and `https` can be kept")]
    OtherScheme(String),
    /// Far too long.
    #[error("`url` is longer than {LONGEST_URL} characters")]
    TooLong,
}

/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// The longest address, in characters.
const LONGEST_URL: usize = 2048;

/// What stands in a bookmark of a browser: a click on it opens the link for the page that is shown.
pub const BOOKMARKLET: &str = "javascript:(()=>{location.href='bds://new-post?title='+encodeURIComponent(document.title)\
+'&url='+encodeURIComponent(location.href)})()";

impl Bookmark {
    /// Reads the link that a bookmarklet opens: `bds://new-post?title=…&url=…`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_link(link: &str) -> Result<Self, LinkError> {
        let link = Url::parse(link.trim()).map_err(|_| LinkError::OtherLink)?;
        let is_ours = link.scheme() == "bds" && link.host_str() == Some("new-post") && matches!(link.path(), "" | "/");
        if !is_ours {
            return Err(LinkError::OtherLink);
        }
        // The first one counts, as it does for browsers.
        let value = |key: &str| link.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned());
        let url = value("url").filter(|url| !url.trim().is_empty()).ok_or(LinkError::NoUrl)?;
        Self::new(&value("title").unwrap_or_default(), &url)
    }

    /// Takes a title and an address as they come from a page that can say anything.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn new(title: &str, url: &str) -> Result<Self, LinkError> {
        if url.chars().count() > LONGEST_URL {
            return Err(LinkError::TooLong);
        }
        let mut url = Url::parse(url.trim()).map_err(|error| LinkError::NoAddress(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(LinkError::OtherScheme(url.scheme().to_owned()));
        }
        // Both have a host, so neither can fail.
        let _ = url.set_username("").and_then(|()| url.set_password(None));
        url.set_fragment(None);
        let host = url.host_str().unwrap_or_default().to_owned();
        let url = String::from(url);
        if url.chars().count() > LONGEST_URL {
            return Err(LinkError::TooLong);
        }
        Ok(Self { title: title_of(title).unwrap_or(host), url })
    }

    /// The page as a link in Markdown. Nothing in the title means anything there.
    pub fn to_markdown(&self) -> String {
        let mut title = String::with_capacity(self.title.len());
        for character in self.title.chars() {
            if r"\`*_[]<>&".contains(character) {
                title.push('\\');
            }
            title.push(character);
        }
        // A parenthesis without its partner would end the link.
        let url =
            if is_balanced(&self.url) { self.url.clone() } else { self.url.replace('(', "%28").replace(')', "%29") };
        format!("[{title}]({url})")
    }
}

fn title_of(title: &str) -> Option<String> {
    let plain: String = title.chars().filter(|character| !character.is_control()).collect();
    let cut: String = plain.trim().chars().take(LONGEST_TITLE).collect();
    Some(cut.trim_end().to_owned()).filter(|title| !title.is_empty())
}

fn is_balanced(url: &str) -> bool {
    let mut open = 0_i32;
    for character in url.chars() {
        open += i32::from(character == '(') - i32::from(character == ')');
        if open < 0 {
            return false;
        }
    }
    open == 0
}
