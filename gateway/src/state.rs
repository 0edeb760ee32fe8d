//! What outlives a call: counters and rows. Nothing counts yet: a policy cannot name a limit.
