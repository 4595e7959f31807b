//! Links: resolved in posts, prefixed in language trees, made absolute in feeds, found for backlinks.

mod absolute;
mod extract;
mod prefix;
mod rewrite;
mod target;

pub use absolute::absolute;
pub use extract::{LinkTarget, extract};
pub use prefix::prefix_tree;
pub use rewrite::{Resolver, Rewritten, Unresolved, UnresolvedKind, rewrite};
