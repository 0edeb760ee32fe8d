//! Error codes of JSON-RPC, of MCP, and our own.

/// The text is no JSON.
pub const PARSE_ERROR: i64 = -32700;
/// The JSON is no message.
pub const INVALID_REQUEST: i64 = -32600;
/// The receiver does not know the method.
pub const METHOD_NOT_FOUND: i64 = -32601;
/// The parameters do not fit the method.
pub const INVALID_PARAMS: i64 = -32602;
/// Something broke.
pub const INTERNAL_ERROR: i64 = -32603;
/// There is no such resource (up to 2025-11-25).
pub const RESOURCE_NOT_FOUND: i64 = -32002;
/// A header and the body disagree (2026-07-28, HTTP 400).
pub const HEADER_MISMATCH: i64 = -32020;
/// The version is not supported (2026-07-28, HTTP 400, `data.supported`).
pub const UNSUPPORTED_VERSION: i64 = -32022;

/// Refused by policy. Own codes lie outside the range that JSON-RPC reserves.
pub const DENIED: i64 = -31001;
/// Refused for now: a bound of the gateway is reached.
pub const BUSY: i64 = -31002;

/// The HTTP status that the 2026-07-28 revision gives an error of this code.
pub fn modern_status(code: i64) -> u16 {
    match code {
        METHOD_NOT_FOUND => 404,
        PARSE_ERROR | INVALID_REQUEST | INVALID_PARAMS | HEADER_MISMATCH | UNSUPPORTED_VERSION | -32021 => 400,
        _ => 200,
    }
}
