//! Signed sets of plugins and policies that teams share. None can be loaded yet.
