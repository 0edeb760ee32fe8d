//! What a plugin remembers between the calls of one conversation. The operator has to grant it (`"grants": ["memory"]`);
//! where it is not granted, a plugin that uses this module is not loaded.
//!
//! What [`check_call`](crate::Validator::check_call) writes counts once the call has gone to the server, and what
//! [`check_result`](crate::Validator::check_result) writes once the reply goes on to the agent; whatever is refused
//! leaves nothing behind. Anywhere else, also in `configure` and `filter_item`, these functions end the plugin.
//!
//! In the author's own tests every thread has a memory of its own, and what is written counts at once.

#[cfg(target_family = "wasm")]
use crate::component as host;
#[cfg(not(target_family = "wasm"))]
use bounded as host;

#[cfg(not(target_family = "wasm"))]
mod bounded;

/// There is no room: a memory has at most 256 keys of at most 256 bytes, and keys and values together at most 64 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// How many bytes are left; 0 where there is no room for another key.
    pub free: u32,
}

/// What was set last under `key`.
pub fn get(key: &str) -> Option<Vec<u8>> {
    host::recall(key)
}

/// What was set last under `key`, where it is text.
pub fn text(key: &str) -> Option<String> {
    String::from_utf8(get(key)?).ok()
}

/// Sets `key`, in the place of what was there. Where there is no room, nothing changes.
pub fn set(key: &str, value: impl AsRef<[u8]>) -> Result<(), Full> {
    host::remember(key, value.as_ref())
}

/// Forgets `key`, if it is there.
pub fn delete(key: &str) {
    host::forget(key);
}

#[cfg(test)]
mod tests {
    use super::{Full, delete, get, set, text};

    #[test]
    fn what_is_set_is_found_until_it_is_deleted() {
        assert_eq!(get("typed"), None);
        assert_eq!(set("typed", "rm "), Ok(()));
        assert_eq!(set("typed", "rm -rf"), Ok(()));
        assert_eq!(text("typed").as_deref(), Some("rm -rf"));
        assert_eq!(set("typed", [0xff]), Ok(()));
        assert_eq!((get("typed"), text("typed")), (Some(vec![0xff]), None));
        delete("typed");
        assert_eq!(get("typed"), None);
    }

    #[test]
    fn there_is_room_for_so_many_bytes_and_keys() {
        assert_eq!(set("k", vec![0; (64 << 10) - 1]), Ok(()));
        assert_eq!(set("k", vec![0; 64 << 10]), Err(Full { free: 0 }));
        assert_eq!(set("l", []), Err(Full { free: 0 }));
        assert_eq!(set("k", vec![0; (64 << 10) - 11]), Ok(()));
        assert_eq!(set("l", vec![0; 10]), Err(Full { free: 10 }));
        assert_eq!(get("l"), None);
        assert_eq!(set("k", []), Ok(()));
        for key in 0..255 {
            assert_eq!(set(&format!("{key}"), []), Ok(()), "{key}");
        }
        assert_eq!(set("one more", []), Err(Full { free: 0 }));
        assert_eq!(set("7", [7]), Ok(()));
        delete("7");
        assert_eq!(set(&"x".repeat(257), []), Err(Full { free: 0 }));
        assert_eq!(set(&"x".repeat(256), []), Ok(()));
    }
}
