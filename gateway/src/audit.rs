//! The record of every decision. It is not kept yet; decisions are counted and logged by `telemetry`.
