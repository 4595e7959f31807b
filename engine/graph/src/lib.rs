//! The query graph: from a project on disk to the bytes of its pages.
