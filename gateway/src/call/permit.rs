//! The proof that one call may go.

use std::sync::Arc;

use super::{Call, Ruling, Verdict};

/// Makes Permits. There is one, and whoever holds it is the gate: `app` makes it and hands it over.
#[derive(Debug)]
pub struct Mint(());

/// The proof that this exact call may go. It cannot be copied, and sending the call uses it up.
#[derive(Debug)]
pub struct Permit {
    call: Arc<Call>,
}

impl Mint {
    /// The mint. A test sees to it that nobody but `app` asks for one.
    pub fn strike() -> Self {
        Self(())
    }

    /// A Permit for a call, if the ruling about it is a yes.
    pub fn permit(&self, call: Arc<Call>, ruling: &Ruling) -> Option<Permit> {
        (ruling.verdict == Verdict::Allow).then_some(Permit { call })
    }
}

impl Permit {
    /// Uses the Permit up.
    pub fn redeem(self) -> Arc<Call> {
        self.call
    }

    /// The call that it is for.
    pub fn call(&self) -> &Call {
        &self.call
    }
}
