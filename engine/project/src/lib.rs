//! The files of a bDS project, read into values.
