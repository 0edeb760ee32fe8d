//! Who asks: a bearer token is a grant's, or nobody's.
//!
//! Only digests of tokens are kept. Whatever a caller says of itself counts for nothing here.

use crate::call::Caller;
use crate::secret::Digest;

/// The name of the caller that has no token.
pub const ANONYMOUS: &str = "anonymous";
/// The name of the caller on stdin: the local user who started `doorward wrap`.
pub const LOCAL: &str = "local";

/// The tokens that are known.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    tokens: Vec<(Digest, Caller)>,
    anonymous: bool,
}

/// Why nobody was recognised. What is wrong is not told apart: it would help only who guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no valid bearer token")]
pub struct Unknown;

impl Tokens {
    /// The grants' tokens by their digests, and whether a caller without one is let in as [`ANONYMOUS`].
    pub fn new(tokens: Vec<(Digest, Caller)>, anonymous: bool) -> Self {
        Self { tokens, anonymous }
    }

    /// Who sent this `Authorization` header. A token that is not known is never taken for no token.
    pub fn identify(&self, authorization: Option<&str>) -> Result<Caller, Unknown> {
        let Some(authorization) = authorization else {
            return if self.anonymous { Ok(Caller::new(ANONYMOUS)) } else { Err(Unknown) };
        };
        let (scheme, token) = authorization.split_once(' ').ok_or(Unknown)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Unknown);
        }
        let digest = Digest::of(token.trim().as_bytes());
        // Every grant is compared, each in constant time, so that the time tells nothing.
        let mut found = None;
        for (known, caller) in &self.tokens {
            if known.same(&digest) {
                found = Some(caller);
            }
        }
        found.cloned().ok_or(Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(anonymous: bool, header: Option<&str>, who: Option<&str>) {
        let grants = vec![(Digest::of(b"alpha"), Caller::new("a")), (Digest::of(b"beta"), Caller::new("b"))];
        let found = Tokens::new(grants, anonymous).identify(header).ok();
        assert_eq!(found.as_ref().map(Caller::as_str), who, "{header:?}");
    }

    #[test]
    fn a_token_names_its_grant_and_nothing_else_does() {
        check(false, Some("Bearer alpha"), Some("a"));
        check(false, Some("bearer beta"), Some("b"));
        check(false, Some("Bearer gamma"), None);
        check(false, Some("Basic alpha"), None);
        check(false, Some("Bearer"), None);
        check(false, Some("Bearer "), None);
        check(false, None, None);
        check(true, None, Some(ANONYMOUS));
        check(true, Some("Bearer gamma"), None);
    }
}
