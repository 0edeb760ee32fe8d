//! Validators in a sandbox. There is no host for them yet: a policy cannot name one, so none is ever skipped.
