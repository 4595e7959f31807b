use std::fmt;
use std::str::FromStr;

use bds_base::SitePath;
use serde::{Deserialize, Serialize};

/// Something that a script may touch because `bds.toml` allows it: one entry of `allow = [...]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Permission {
    /// `network`: open sockets. The result is never remembered.
    Network,
    /// `subprocess`: start other programs. The result is never remembered.
    Subprocess,
    /// `ctypes`: call C libraries.
    Ctypes,
    /// `clock`: read the time. The result is never remembered.
    Clock,
    /// `random`: use randomness. The result is never remembered.
    Random,
    /// `env:NAME`: read this environment variable.
    Env(String),
    /// `read:/PATH`: read below this absolute path outside the project.
    Read(String),
    /// `write:PATH`: write below this folder of the project.
    Write(SitePath),
}

/// Says that a text is no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not something that can be allowed; \
     it is one of network, subprocess, ctypes, clock, random, env:NAME, read:/PATH, write:PATH"
)]
pub struct PermissionError(String);

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || PermissionError(text.to_owned());
        match text.split_once(':') {
            None => match text {
                "network" => Ok(Self::Network),
                "subprocess" => Ok(Self::Subprocess),
                "ctypes" => Ok(Self::Ctypes),
                "clock" => Ok(Self::Clock),
                "random" => Ok(Self::Random),
                _ => Err(wrong()),
            },
            Some(("env", name)) if !name.is_empty() => Ok(Self::Env(name.to_owned())),
            Some(("read", path)) if path.starts_with('/') => Ok(Self::Read(path.to_owned())),
            Some(("write", path)) if !path.is_empty() => {
                SitePath::new(path.trim_end_matches('/')).map(Self::Write).map_err(|_| wrong())
            }
            Some(_) => Err(wrong()),
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network => f.write_str("network"),
            Self::Subprocess => f.write_str("subprocess"),
            Self::Ctypes => f.write_str("ctypes"),
            Self::Clock => f.write_str("clock"),
            Self::Random => f.write_str("random"),
            Self::Env(name) => write!(f, "env:{name}"),
            Self::Read(path) => write!(f, "read:{path}"),
            Self::Write(path) => write!(f, "write:{path}"),
        }
    }
}

impl TryFrom<String> for Permission {
    type Error = PermissionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_written_as_they_are_read() {
        for text in ["network", "subprocess", "ctypes", "clock", "random", "env:HOME", "read:/usr/share", "write:data"]
        {
            assert_eq!(text.parse::<Permission>().map(|permission| permission.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn refuse_the_rest() {
        for text in ["", "net", "env:", "read:relative", "write:../x", "write:"] {
            assert!(text.parse::<Permission>().is_err(), "{text}");
        }
    }
}
