//! A JSON-RPC message, read from a tree and written back with everything that it came with.

use crate::json::{Number, Object, Value};

use super::ambiguity::{self, Ambiguous};
use super::meta;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Wants an answer.
    Request(Request),
    /// Wants none.
    Notification(Notification),
    /// Answers a request.
    Answer(Answer),
}

/// A request. `1` and `"1"` are two ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Chosen by the sender.
    pub id: Id,
    /// What is wanted.
    pub method: String,
    /// How.
    pub params: Option<Object>,
    /// Members of the envelope that JSON-RPC does not know.
    pub extra: Object,
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What happened.
    pub method: String,
    /// The details.
    pub params: Option<Object>,
    /// Members of the envelope that JSON-RPC does not know.
    pub extra: Object,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The request's id; `None` is JSON's `null`, for an error about a request that could not be read.
    pub id: Option<Id>,
    /// What came of it.
    pub outcome: Outcome,
    /// Members of the envelope that JSON-RPC does not know.
    pub extra: Object,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Result(Value),
    /// It was not: an object with `code`, `message` and perhaps `data`.
    Error(Value),
}

/// A request's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Id {
    /// A number, by its text.
    Number(Number),
    /// A string.
    Text(String),
}

/// A JSON value that is no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Malformed {
    /// The id to answer to, where one could be read.
    pub id: Option<Id>,
    /// What is wrong.
    pub reason: String,
}

impl Message {
    /// Reads a message.
    pub fn read(value: Value) -> Result<Self, Malformed> {
        let Value::Object(mut envelope) = value else {
            return Err(Malformed { id: None, reason: "a message is a JSON object".to_owned() });
        };
        let has_id = envelope.get("id").is_some();
        let id = envelope.get("id").and_then(Id::read);
        let malformed = |reason: &str| Malformed { id: id.clone(), reason: reason.to_owned() };
        let ambiguous = |found: Ambiguous| malformed(&found.to_string());

        ambiguity::check(&envelope, ambiguity::ENVELOPE).map_err(ambiguous)?;
        if envelope.remove("jsonrpc").as_ref().and_then(Value::as_str) != Some("2.0") {
            return Err(malformed("`jsonrpc` must be \"2.0\""));
        }
        envelope.remove("id");
        let method = envelope.remove("method");
        let result = envelope.remove("result");
        let error = envelope.remove("error");
        match (method, result, error) {
            (Some(Value::String(method)), None, None) => {
                let params = match envelope.remove("params") {
                    None => None,
                    Some(Value::Object(params)) => Some(params),
                    Some(_) => return Err(malformed("`params` must be an object")),
                };
                if let Some(params) = &params {
                    ambiguity::check(params, ambiguity::PARAMS).map_err(ambiguous)?;
                    check_meta(params).map_err(|reason| malformed(&reason))?;
                }
                match (has_id, id) {
                    (false, _) => Ok(Self::Notification(Notification { method, params, extra: envelope })),
                    (true, Some(id)) => Ok(Self::Request(Request { id, method, params, extra: envelope })),
                    (true, None) => {
                        Err(Malformed { id: None, reason: "`id` must be a short string or a number".to_owned() })
                    }
                }
            }
            (Some(_), None, None) => Err(malformed("`method` must be a string")),
            (None, Some(result), None) => {
                let Some(id) = id else { return Err(malformed("a result needs the `id` of its request")) };
                if let Value::Object(result) = &result {
                    ambiguity::check(result, ambiguity::RESULT)
                        .map_err(|found| Malformed { id: Some(id.clone()), reason: found.to_string() })?;
                }
                Ok(Self::Answer(Answer { id: Some(id), outcome: Outcome::Result(result), extra: envelope }))
            }
            (None, None, Some(error)) => {
                Ok(Self::Answer(Answer { id, outcome: Outcome::Error(error), extra: envelope }))
            }
            (None, None, None) => Err(malformed("neither `method`, `result` nor `error`")),
            _ => Err(malformed("more than one of `method`, `result` and `error`")),
        }
    }

    /// The bytes of the message, on one line.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Request(request) => {
                write(Some(&request.id.value()), &request.method, request.params.as_ref(), &[], &request.extra)
            }
            Self::Notification(notification) => {
                write(None, &notification.method, notification.params.as_ref(), &[], &notification.extra)
            }
            Self::Answer(answer) => answer.to_bytes(),
        }
    }
}

impl Answer {
    /// An answer that says it was done.
    pub fn result(id: Id, result: impl Into<Value>) -> Self {
        Self { id: Some(id), outcome: Outcome::Result(result.into()), extra: Object::new() }
    }

    /// An answer that says it was not.
    pub fn error(id: Option<Id>, code: i64, message: &str, data: Option<Value>) -> Self {
        let mut error = Object::from([("code", code.into()), ("message", message.into())]);
        if let Some(data) = data {
            error.insert("data", data);
        }
        Self { id, outcome: Outcome::Error(error.into()), extra: Object::new() }
    }

    /// The error's code, if this is one.
    pub fn code(&self) -> Option<i64> {
        match &self.outcome {
            Outcome::Error(Value::Object(error)) => match error.get("code")? {
                Value::Number(code) => code.as_str().parse().ok(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The members of the result, if it was done and the result is an object.
    pub fn members(&self) -> Option<&Object> {
        match &self.outcome {
            Outcome::Result(Value::Object(result)) => Some(result),
            _ => None,
        }
    }

    /// The members of the result, to change.
    pub fn members_mut(&mut self) -> Option<&mut Object> {
        match &mut self.outcome {
            Outcome::Result(Value::Object(result)) => Some(result),
            _ => None,
        }
    }

    /// The bytes of the answer, on one line.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
        match &self.id {
            Some(id) => id.value().write(&mut out),
            None => out.extend_from_slice(b"null"),
        }
        match &self.outcome {
            Outcome::Result(result) => {
                out.extend_from_slice(br#","result":"#);
                result.write(&mut out);
            }
            Outcome::Error(error) => {
                out.extend_from_slice(br#","error":"#);
                error.write(&mut out);
            }
        }
        close(&self.extra, out)
    }
}

/// The longest id and progress token, in bytes: they are kept as long as their request.
const LONGEST: usize = 256;

impl Id {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) if number.as_str().len() <= LONGEST => Some(Self::Number(number.clone())),
            Value::String(text) if text.len() <= LONGEST => Some(Self::Text(text.clone())),
            _ => None,
        }
    }

    /// The id as JSON.
    pub fn value(&self) -> Value {
        match self {
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.clone()),
        }
    }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl TryFrom<&Value> for Id {
    type Error = ();

    fn try_from(value: &Value) -> Result<Self, ()> {
        Self::read(value).ok_or(())
    }
}

/// Writes a request, or without an id a notification. A splice `(name, bytes)` stands in for the parameter of that
/// name: so the bytes of `arguments` that were judged are the bytes that go out.
pub fn write(
    id: Option<&Value>,
    method: &str,
    params: Option<&Object>,
    splices: &[(&str, &[u8])],
    extra: &Object,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(br#"{"jsonrpc":"2.0""#);
    if let Some(id) = id {
        out.extend_from_slice(br#","id":"#);
        id.write(&mut out);
    }
    out.extend_from_slice(br#","method":"#);
    Value::from(method).write(&mut out);
    if let Some(params) = params {
        out.extend_from_slice(br#","params":"#);
        params.write_with(&mut out, |name, value, out| match splices.iter().find(|(spliced, _)| *spliced == name) {
            Some((_, bytes)) => out.extend_from_slice(bytes),
            None => value.write(out),
        });
    }
    close(extra, out)
}

fn close(extra: &Object, mut out: Vec<u8>) -> Vec<u8> {
    for (name, value) in extra.iter() {
        out.push(b',');
        Value::from(name).write(&mut out);
        out.push(b':');
        value.write(&mut out);
    }
    out.push(b'}');
    out
}

fn check_meta(params: &Object) -> Result<(), String> {
    match params.get("_meta") {
        None => Ok(()),
        Some(Value::Object(members)) => {
            ambiguity::check(members, ambiguity::META).map_err(|found| found.to_string())?;
            match members.get(meta::PROGRESS_TOKEN) {
                Some(token) if Id::read(token).is_none() => {
                    Err("`progressToken` must be a short string or a number".to_owned())
                }
                _ => Ok(()),
            }
        }
        Some(_) => Err("`_meta` must be an object".to_owned()),
    }
}

#[cfg(test)]
mod tests;
