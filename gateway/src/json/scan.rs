//! The strict scanner: one pass over the bytes, bounded in size, depth and count.
//!
//! The grammar is RFC 8259; what I-JSON (RFC 7493) warns of is refused as well.

use std::fmt;

use super::{Number, Object, Value};

/// What a text may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest text, in bytes.
    pub bytes: usize,
    /// How deep arrays and objects may nest.
    pub depth: usize,
    /// The longest member name, in bytes after unescaping.
    pub name: usize,
    /// How many values of any kind there may be.
    pub values: usize,
    /// Which numbers are accepted.
    pub numbers: Numbers,
}

/// Which numbers are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Only what every reader takes for the same value: integers up to 2^53 - 1, and doubles that neither overflow nor
    /// vanish.
    Exact,
    /// Any text that the grammar allows.
    Text,
}

/// Why a text was refused, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The place, counted in bytes from 0.
    pub offset: usize,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is longer than [`Limits::bytes`].
    TooLong,
    /// The text is not UTF-8.
    NotUtf8,
    /// The text begins with a byte order mark.
    ByteOrderMark,
    /// The text ends too early.
    UnexpectedEnd,
    /// Something else was due here.
    Unexpected,
    /// Something follows the value.
    TrailingBytes,
    /// Arrays and objects nest deeper than [`Limits::depth`].
    TooDeep,
    /// There are more values than [`Limits::values`].
    TooMany,
    /// A member name is longer than [`Limits::name`].
    NameTooLong,
    /// An object has two members of one name.
    DuplicateName,
    /// A raw control character stands in a string.
    ControlCharacter,
    /// A backslash is followed by what is no escape.
    BadEscape,
    /// Half of a surrogate pair stands alone.
    LoneSurrogate,
    /// A number is not written as JSON writes numbers.
    BadNumber,
    /// A number that readers would take for different values.
    NumberOutOfRange,
}

impl Limits {
    /// For what agents send.
    pub const fn request(bytes: usize) -> Self {
        Self { bytes, depth: 32, name: 1024, values: 100_000, numbers: Numbers::Exact }
    }

    /// For what servers send back.
    pub const fn reply(bytes: usize) -> Self {
        Self { bytes, depth: 128, name: 4096, values: 1_000_000, numbers: Numbers::Text }
    }
}

/// Reads one JSON text.
pub fn scan(bytes: &[u8], limits: &Limits) -> Result<Value, Fault> {
    if bytes.len() > limits.bytes {
        return Err(Fault { kind: FaultKind::TooLong, offset: limits.bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| Fault { kind: FaultKind::NotUtf8, offset: e.valid_up_to() })?;
    if text.starts_with('\u{feff}') {
        return Err(Fault { kind: FaultKind::ByteOrderMark, offset: 0 });
    }
    let mut scanner = Scanner { text, at: 0, depth: 0, values: 0, limits };
    scanner.blanks();
    let value = scanner.value()?;
    scanner.blanks();
    match scanner.peek() {
        None => Ok(value),
        Some(_) => Err(scanner.fault(FaultKind::TrailingBytes)),
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    values: usize,
    limits: &'a Limits,
}

impl<'a> Scanner<'a> {
    fn value(&mut self) -> Result<Value, Fault> {
        self.values += 1;
        if self.values > self.limits.values {
            return Err(self.fault(FaultKind::TooMany));
        }
        match self.peek() {
            None => Err(self.fault(FaultKind::UnexpectedEnd)),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(self.fault(FaultKind::Unexpected)),
        }
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        if self.depth == self.limits.depth {
            return Err(self.fault(FaultKind::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        self.blanks();
        let value = inside(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let mut members = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Object(Object::new()));
        }
        loop {
            let place = self.at;
            let name = self.string()?;
            if name.len() > self.limits.name {
                return Err(Fault { kind: FaultKind::NameTooLong, offset: place });
            }
            self.blanks();
            self.expect(b':')?;
            self.blanks();
            let value = self.value()?;
            members.push((name, value));
            self.blanks();
            if self.take(b'}') {
                break;
            }
            self.expect(b',')?;
            self.blanks();
        }
        if has_duplicate(&members) {
            return Err(Fault { kind: FaultKind::DuplicateName, offset: start });
        }
        Ok(Value::Object(Object::from_scanned(members)))
    }

    fn array(&mut self) -> Result<Value, Fault> {
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.value()?);
            self.blanks();
            if self.take(b']') {
                return Ok(Value::Array(elements));
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let Some(length) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) else {
                self.at = self.text.len();
                return Err(self.fault(FaultKind::UnexpectedEnd));
            };
            let (plain, special) = rest.split_at(length);
            self.at += length;
            match special.as_bytes().first() {
                Some(b'"') => {
                    self.at += 1;
                    if out.is_empty() {
                        return Ok(plain.to_owned());
                    }
                    out.push_str(plain);
                    return Ok(out);
                }
                Some(b'\\') => {
                    out.push_str(plain);
                    out.push(self.escape()?);
                }
                _ => return Err(self.fault(FaultKind::ControlCharacter)),
            }
        }
    }

    /// Reads an escape, from its backslash on.
    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        self.at += 1;
        let Some(letter) = self.peek() else { return Err(self.fault(FaultKind::UnexpectedEnd)) };
        self.at += 1;
        Ok(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(start),
            _ => return Err(Fault { kind: FaultKind::BadEscape, offset: start }),
        })
    }

    fn unicode(&mut self, start: usize) -> Result<char, Fault> {
        let lone = Fault { kind: FaultKind::LoneSurrogate, offset: start };
        let first = self.hex4(start)?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or(lone);
        }
        if first >= 0xdc00 || !self.rest().starts_with("\\u") {
            return Err(lone);
        }
        self.at += 2;
        let second = self.hex4(start)?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone);
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or(lone)
    }

    fn hex4(&mut self, start: usize) -> Result<u32, Fault> {
        let bad = Fault { kind: FaultKind::BadEscape, offset: start };
        let digits = self.rest().get(..4).ok_or(bad)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(bad);
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| bad)
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let bad = Fault { kind: FaultKind::BadNumber, offset: start };
        let mut whole = true;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return Err(bad);
        }
        if self.take(b'.') {
            whole = false;
            if self.digits() == 0 {
                return Err(bad);
            }
        }
        if self.take(b'e') || self.take(b'E') {
            whole = false;
            let _sign = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(bad);
            }
        }
        let text = self.text.get(start..self.at).ok_or(bad)?;
        if matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(bad);
        }
        if self.limits.numbers == Numbers::Exact && !(if whole { fits_integer(text) } else { fits_double(text) }) {
            return Err(Fault { kind: FaultKind::NumberOutOfRange, offset: start });
        }
        Ok(Value::Number(Number::from_scanned(text)))
    }

    fn digits(&mut self) -> usize {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        count
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        if !self.rest().starts_with(word) {
            return Err(self.fault(FaultKind::Unexpected));
        }
        self.at += word.len();
        Ok(value)
    }

    fn blanks(&mut self) {
        self.at += self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.take(byte) {
            return Ok(());
        }
        Err(self.fault(if self.peek().is_none() { FaultKind::UnexpectedEnd } else { FaultKind::Unexpected }))
    }

    fn fault(&self, kind: FaultKind) -> Fault {
        Fault { kind, offset: self.at }
    }
}

/// Names are compared after unescaping: `"a"` and `"\u0061"` are one name.
fn has_duplicate(members: &[(String, Value)]) -> bool {
    const FEW: usize = 16;
    if members.len() <= FEW {
        return members
            .iter()
            .enumerate()
            .any(|(place, (name, _))| members.iter().take(place).any(|(earlier, _)| earlier == name));
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

/// Whether every reader holds this integer exactly: its magnitude is at most 2^53 - 1.
fn fits_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number.unsigned_abs() < 1 << 53)
}

/// Whether a double holds this number as something other than infinity, or than zero where it is not zero.
fn fits_double(text: &str) -> bool {
    let vanishes = |number: f64| number == 0.0 && mantissa(text).bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    text.parse::<f64>().is_ok_and(|number| number.is_finite() && !vanishes(number))
}

fn mantissa(text: &str) -> &str {
    text.split(['e', 'E']).next().unwrap_or_default()
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "text is too long",
            Self::NotUtf8 => "invalid UTF-8",
            Self::ByteOrderMark => "byte order mark",
            Self::UnexpectedEnd => "unexpected end",
            Self::Unexpected => "unexpected character",
            Self::TrailingBytes => "trailing bytes",
            Self::TooDeep => "nesting too deep",
            Self::TooMany => "too many values",
            Self::NameTooLong => "member name too long",
            Self::DuplicateName => "duplicate member name in the object",
            Self::ControlCharacter => "raw control character in a string",
            Self::BadEscape => "invalid escape",
            Self::LoneSurrogate => "lone surrogate",
            Self::BadNumber => "malformed number",
            Self::NumberOutOfRange => "number out of the exact range",
        })
    }
}
