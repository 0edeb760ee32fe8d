//! Lines for the operator who runs the gateway: at most 16 of 1 KiB a call. Never write arguments there.

/// How loud a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Only when somebody looks for it.
    Debug,
    /// Worth a line.
    Info,
    /// Somebody should look.
    Warn,
}

/// Writes one line; in the author's own tests, to stderr.
pub fn write(level: Level, message: &str) {
    #[cfg(target_family = "wasm")]
    crate::component::write(level, message);
    #[cfg(not(target_family = "wasm"))]
    eprintln!("{level:?}: {message}");
}
