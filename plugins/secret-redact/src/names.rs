//! Which names of members say that the value is a secret.

/// The ends of such names, in small letters and without what separates words.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secretkey",
    "secretaccesskey",
    "apikey",
    "accesskey",
    "privatekey",
    "clientsecret",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "bearertoken",
    "sessiontoken",
    "apitoken",
    "token",
    "credential",
    "authkey",
];

/// Whether a member that is called so holds a secret: `apiKey`, `db-password`, `tokens`.
pub(crate) fn is_name_of_secret(name: &str) -> bool {
    let mut letters = backwards(name);
    ends_so(&letters) || (letters.next() == Some(b's') && ends_so(&letters))
}

/// The letters of a name from its end on, small, without what separates words.
fn backwards(name: &str) -> impl Iterator<Item = u8> + Clone {
    name.bytes().rev().filter(|byte| !b"_-. ".contains(byte)).map(|byte| byte.to_ascii_lowercase())
}

/// Whether one of the names is the end of what the letters make.
fn ends_so(letters: &(impl Iterator<Item = u8> + Clone)) -> bool {
    let last = letters.clone().next();
    // Most are told apart by their last letter.
    let mut alike = NAMES.iter().filter(|known| known.bytes().next_back() == last);
    alike.any(|known| {
        let mut letters = letters.clone();
        known.bytes().rev().all(|letter| letters.next() == Some(letter))
    })
}
