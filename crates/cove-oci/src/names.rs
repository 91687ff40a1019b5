//! Names and ids that become file names: letters, digits and a few marks, so
//! that none can leave its directory (T09).

/// A name that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid {kind} name \"{name}\": it has to start with a letter or digit and go on with letters, digits, _ . or -, at most 128 in all"
)]
pub struct NameError {
    kind: &'static str,
    name: String,
}

/// Checks the name of a container, volume or network; `kind` is for the message.
///
/// # Errors
/// When it is not Docker's `[a-zA-Z0-9][a-zA-Z0-9_.-]*` or is longer than 128.
pub fn validate_name(kind: &'static str, name: &str) -> Result<(), NameError> {
    let mut bytes = name.bytes();
    let good = name.len() <= 128
        && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    if good {
        Ok(())
    } else {
        let name = name.chars().take(80).flat_map(char::escape_debug).collect();
        Err(NameError { kind, name })
    }
}

/// Whether this is a full id: 64 lower-case hexadecimal digits.
#[must_use]
pub fn validate_id(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The twelve digits that lists show; a `sha256:` in front is left out.
#[must_use]
pub fn short_id(id: &str) -> &str {
    let id = id.strip_prefix("sha256:").unwrap_or(id);
    id.get(..12).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_directory() {
        for good in ["a", "web-1", "A_b.c", "0"] {
            assert!(validate_name("container", good).is_ok(), "{good}");
        }
        let long = "a".repeat(129);
        for bad in [
            "", ".", "..", "../x", "a/b", "a\0b", "a\n", "-a", "é", &long,
        ] {
            assert!(validate_name("container", bad).is_err(), "{bad}");
        }
        assert!(validate_id(&"0a".repeat(32)));
        assert!(!validate_id(&"0A".repeat(32)) && !validate_id("0a"));
        assert_eq!(short_id("sha256:0123456789abcdef"), "0123456789ab");
    }
}
