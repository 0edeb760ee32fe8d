//! Secrets and digests: random identifiers, SHA-256, authentication codes, and text that never shows.
//!
//! All of the cryptography is aws-lc's. This room knows bytes and nothing of what they are for.

use std::fmt;

use aws_lc_rs::{constant_time, digest, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroize;

/// A text that is wiped when it goes, and that no format shows.
pub struct Secret(String);

/// A SHA-256 digest. It shows as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

/// A key for HMAC-SHA-256.
pub struct Key(hmac::Key);

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = digest::digest(&digest::SHA256, bytes);
        let mut out = [0; 32];
        for (to, from) in out.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self(out)
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut out = [0; 32];
        for (to, pair) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
            *to = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(out))
    }

    /// Compares in a time that does not depend on where the two differ.
    pub fn same(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In one piece: every line of the record holds several digests.
        let mut digits = [[0; 2]; 32];
        for (pair, byte) in digits.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        f.write_str(std::str::from_utf8(digits.as_flattened()).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The hexadecimal digit of a number below 16.
fn digit(number: u8) -> u8 {
    number + if number < 10 { b'0' } else { b'a' - 10 }
}

impl Key {
    /// A fresh key that lives as long as the process.
    pub fn random() -> Result<Self, NoRandomness> {
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &random::<32>()?)))
    }

    /// A key from its bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The HMAC-SHA-256 of some bytes: a digest that only the key's holder can make.
    pub fn tag(&self, bytes: &[u8]) -> Digest {
        let tag = hmac::sign(&self.0, bytes);
        let mut out = [0; 32];
        for (to, from) in out.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Digest(out)
    }

    /// Seals a text: whoever holds it can read it, and nobody can change it unseen.
    ///
    /// The result is `base64url(text) "." base64url(HMAC-SHA-256(text))`.
    pub fn seal(&self, text: &[u8]) -> String {
        let tag = hmac::sign(&self.0, text);
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(tag))
    }

    /// Opens what [`Key::seal`] made with this key; anything else is `None`.
    pub fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let (text, tag) = sealed.split_once('.')?;
        let text = URL_SAFE_NO_PAD.decode(text).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.0, &text, &tag).ok()?;
        Some(text)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A fresh identifier of `BYTES` random bytes, as base64url: for session ids and tokens.
pub fn random_id<const BYTES: usize>() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::<BYTES>()?))
}

/// A random number below 2^52, so that every JSON reader holds it and a good many after it exactly.
pub fn random_number() -> Result<u64, NoRandomness> {
    Ok(u64::from_be_bytes(random::<8>()?) >> 12)
}

/// Fresh random bytes.
pub fn random<const BYTES: usize>() -> Result<[u8; BYTES], NoRandomness> {
    let mut bytes = [0; BYTES];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_published_one() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-4, example 1
        assert_eq!(Digest::of(b"abc").to_string(), abc);
        assert_eq!(Digest::from_hex(abc), Some(Digest::of(b"abc")));
        assert!(Digest::of(b"abc").same(&Digest::of(b"abc")));
        assert!(!Digest::of(b"abc").same(&Digest::of(b"abd")));
        assert_eq!(Digest::from_hex("zz"), None);
        assert_eq!(Digest::from_hex(&abc.replace('b', "+")), None);
    }

    #[test]
    fn a_tag_is_the_published_one() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe"); // RFC 4231, test case 2; HMAC pads keys with zeros
        let tag = Key::from_bytes(&key).tag(b"what do ya want for nothing?").to_string();
        assert_eq!(tag, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn only_what_was_sealed_opens() {
        let (Ok(key), Ok(other)) = (Key::random(), Key::random()) else { panic!("no randomness") };
        let sealed = key.seal(b"state");
        assert_eq!(key.open(&sealed).as_deref(), Some(&b"state"[..]));
        assert_eq!(other.open(&sealed), None);
        assert_eq!(key.open(&format!("{sealed}A")), None);
        assert_eq!(key.open("c3RhdGU"), None);
    }

    #[test]
    fn a_secret_does_not_show() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }
}
