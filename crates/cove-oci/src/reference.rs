//! Image references in Docker's grammar (distribution-spec; `reference` in
//! Docker's words): `[registry/]repository[:tag][@digest]`.

use std::fmt;

use crate::digest::Digest;

/// The registry of names that give none.
const DEFAULT_REGISTRY: &str = "docker.io";

/// A normalised reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// Registry host, with its port if any.
    pub registry: String,
    /// Repository path; `library/` is in front of Docker's official names.
    pub repository: String,
    /// Tag, if any.
    pub tag: Option<String>,
    /// Digest, if any.
    pub digest: Option<Digest>,
}

/// Text that is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid image reference \"{text}\": {why}")]
pub struct ReferenceError {
    text: String,
    why: &'static str,
}

impl Reference {
    /// Parses and normalises; without tag and digest the tag is `latest`.
    ///
    /// # Errors
    /// When the text does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let fail = |why| ReferenceError {
            text: text
                .chars()
                .take(120)
                .flat_map(char::escape_debug)
                .collect(),
            why,
        };
        if text.len() > 512 {
            return Err(fail("it is longer than 512 characters"));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => {
                let digest = Digest::parse(digest).map_err(|_| {
                    fail("behind @ there has to be sha256: and 64 lower-case hexadecimal digits")
                })?;
                (rest, Some(digest))
            }
            None => (text, None),
        };
        // A colon behind the last slash starts a tag; one before it, a port.
        let slash = rest.rfind('/').map_or(0, |i| i + 1);
        let (name, tag) = match rest[slash..].find(':') {
            Some(i) => (&rest[..slash + i], Some(&rest[slash + i + 1..])),
            None => (rest, None),
        };
        if let Some(tag) = tag
            && !valid_tag(tag)
        {
            return Err(fail(
                "a tag is letters, digits, _ . and -, at most 128, not starting with . or -",
            ));
        }
        let (registry, path) = match name.split_once('/') {
            Some((first, path)) if is_registry(first) => (first, path),
            _ => (DEFAULT_REGISTRY, name),
        };
        let registry = if registry == "index.docker.io" {
            DEFAULT_REGISTRY
        } else {
            registry
        };
        if !valid_registry(registry) {
            return Err(fail(
                "the registry is not a host name with an optional port",
            ));
        }
        if path.is_empty() || path.len() > 255 || !path.split('/').all(valid_component) {
            return Err(fail(
                "a repository is lower-case letters and digits, with . _ __ or - between them, in parts divided by /",
            ));
        }
        let official = registry == DEFAULT_REGISTRY && !path.contains('/');
        let repository = if official {
            format!("library/{path}")
        } else {
            path.to_owned()
        };
        let tag = match (tag, digest) {
            (Some(tag), _) => Some(tag.to_owned()),
            (None, None) => Some("latest".to_owned()),
            (None, Some(_)) => None,
        };
        Ok(Self {
            registry: registry.to_owned(),
            repository,
            tag,
            digest,
        })
    }

    /// Repository as Docker shows it: without `docker.io/` and `library/`.
    #[must_use]
    pub fn familiar_name(&self) -> String {
        if self.registry == DEFAULT_REGISTRY {
            self.repository
                .strip_prefix("library/")
                .unwrap_or(&self.repository)
                .to_owned()
        } else {
            format!("{}/{}", self.registry, self.repository)
        }
    }

    /// The whole reference as Docker shows it.
    #[must_use]
    pub fn familiar(&self) -> String {
        let mut text = self.familiar_name();
        self.push_suffix(&mut text);
        text
    }

    fn push_suffix(&self, text: &mut String) {
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(&digest.to_string());
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{}/{}", self.registry, self.repository);
        self.push_suffix(&mut text);
        f.write_str(&text)
    }
}

/// Docker's rule for the part before the first slash: it is a registry when it has a dot or
/// a port, is `localhost`, or could not be a repository.
fn is_registry(first: &str) -> bool {
    first.contains(['.', ':'])
        || first == "localhost"
        || first.bytes().any(|b| b.is_ascii_uppercase())
}

fn valid_registry(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let port_good = port.is_none_or(|p| {
        !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()) && p.parse::<u16>().is_ok()
    });
    let literal = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
    let name_good = match literal {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => name.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        }),
    };
    port_good && name_good
}

fn valid_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

/// Alphanumeric runs with single separators between: `.`, `_`, `__` or any number of `-`.
fn valid_component(part: &str) -> bool {
    let alnum = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = part.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    alnum(*first)
        && alnum(*last)
        && bytes
            .split(|b| alnum(*b))
            .all(|sep| matches!(sep, b"" | b"." | b"_" | b"__") || sep.iter().all(|b| *b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockers_normalisation() {
        for (text, full, short) in [
            ("debian", "docker.io/library/debian:latest", "debian:latest"),
            ("debian:12", "docker.io/library/debian:12", "debian:12"),
            ("a/b", "docker.io/a/b:latest", "a/b:latest"),
            ("localhost/x", "localhost/x:latest", "localhost/x:latest"),
            (
                "localhost:5000/x:1",
                "localhost:5000/x:1",
                "localhost:5000/x:1",
            ),
            ("ghcr.io/o/r", "ghcr.io/o/r:latest", "ghcr.io/o/r:latest"),
            (
                "index.docker.io/library/a",
                "docker.io/library/a:latest",
                "a:latest",
            ),
            ("[::1]:5000/a", "[::1]:5000/a:latest", "[::1]:5000/a:latest"),
            (
                "a__b/c-----d",
                "docker.io/a__b/c-----d:latest",
                "a__b/c-----d:latest",
            ),
        ] {
            let reference = Reference::parse(text).unwrap();
            assert_eq!(reference.to_string(), full);
            assert_eq!(reference.familiar(), short);
            assert_eq!(Reference::parse(full).unwrap(), reference);
        }
        let digest = Digest::of(b"x");
        let pinned = Reference::parse(&format!("a@{digest}")).unwrap();
        assert_eq!((pinned.tag, pinned.digest), (None, Some(digest)));
    }

    #[test]
    fn what_is_no_reference() {
        for bad in [
            "",
            "/",
            "a/",
            "/a",
            "A",
            "a//b",
            "a:",
            "a:-x",
            "a b",
            "../x",
            "a/../b",
            "a@sha256:x",
            "a___b",
            "a_-b",
            "-a",
            "http://x/y",
            "x:99999/a",
            "a\0",
        ] {
            assert!(Reference::parse(bad).is_err(), "{bad}");
        }
    }
}
