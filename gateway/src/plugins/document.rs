//! The documents that a plugin is lent: handles into a call's parsed arguments, a reply, a listed item. Nothing is copied
//! before it is asked for.

use std::borrow::Cow;
use std::sync::Arc;

use wasmtime::component::Resource;

use super::contract::words::document::{Host, HostJson, Kind, Leaf, Side, TooMany, Value as Told};
use super::contract::words::types;
use super::sandbox::{Sandbox, Stop};
use crate::call::{Call, Target};
use crate::json::{Object, Value};

/// The longest answer to one question, in bytes. A plugin's memory holds a few of them.
const LONGEST: usize = 16 << 20;

/// A place in a document: which member or element to take, from the root on.
#[expect(unreachable_pub, reason = "the generated bindings name it again")]
pub struct Handle {
    paper: Paper,
    path: Box<[usize]>,
}

/// Which of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paper {
    /// The arguments of the call.
    Arguments,
    /// The reply to it, or the item that is listed.
    Other,
}

/// What is lent.
#[derive(Default)]
pub(super) struct Lent {
    call: Option<Arc<Call>>,
    other: Option<Arc<Object>>,
    nothing: Object,
}

/// A value of the document. The root may be bare members.
#[derive(Clone, Copy)]
enum Node<'a> {
    Value(&'a Value),
    Members(&'a Object),
}

impl Lent {
    /// A call, and what came of it.
    pub(super) fn new(call: Option<&Arc<Call>>, other: Option<&Arc<Object>>) -> Self {
        Self { call: call.cloned(), other: other.cloned(), nothing: Object::new() }
    }

    fn root(&self, paper: Paper) -> Node<'_> {
        match paper {
            Paper::Arguments => self.arguments(),
            Paper::Other => Node::Members(self.other.as_deref().unwrap_or(&self.nothing)),
        }
    }

    /// The document of the call: for a tool or a prompt its arguments, else its parameters; `{}` where there are none.
    fn arguments(&self) -> Node<'_> {
        let params = self.call.as_ref().and_then(|call| Some((call.target(), call.params()?)));
        match params {
            Some((Target::Tool(_) | Target::Prompt(_), params)) => params.get("arguments").map(Node::Value),
            Some((Target::Resource(_) | Target::ServerRequest(_) | Target::Method(_), params)) => {
                Some(Node::Members(params))
            }
            None => None,
        }
        .unwrap_or(Node::Members(&self.nothing))
    }

    /// The bytes of a document, which for arguments are those that are sent.
    fn raw(&self, paper: Paper) -> Cow<'_, [u8]> {
        let call = self.call.as_ref().filter(|_| paper == Paper::Arguments);
        let document = call.and_then(|call| match call.target() {
            Target::Tool(_) | Target::Prompt(_) => call.document(),
            Target::Resource(_) | Target::ServerRequest(_) | Target::Method(_) => None,
        });
        document.map_or_else(|| self.root(paper).raw().into(), |document| document.bytes().into())
    }

    fn at(&self, handle: &Handle) -> Option<Node<'_>> {
        handle.path.iter().try_fold(self.root(handle.paper), |node, place| node.child(*place))
    }
}

impl Sandbox {
    /// A handle to the root of a document.
    pub(super) fn root(&mut self, paper: Paper) -> wasmtime::Result<Resource<Handle>> {
        Ok(self.handles.push(Handle { paper, path: Box::default() })?)
    }

    /// A question of the plugin about the value behind a handle.
    fn asked(&mut self, handle: &Resource<Handle>) -> wasmtime::Result<Node<'_>> {
        self.count()?;
        self.node(handle)
    }

    fn node(&self, handle: &Resource<Handle>) -> wasmtime::Result<Node<'_>> {
        let handle = self.handles.get(handle)?;
        // A handle is only made to what is there, and the document does not change.
        self.lent.at(handle).ok_or_else(|| Stop::Handles.into())
    }
}

impl Host for Sandbox {}

impl types::Host for Sandbox {}

impl HostJson for Sandbox {
    fn kind(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Kind> {
        Ok(self.asked(&handle)?.kind())
    }

    fn value(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Told> {
        Ok(self.asked(&handle)?.value())
    }

    fn len(&mut self, handle: Resource<Handle>) -> wasmtime::Result<u32> {
        Ok(self.asked(&handle)?.len())
    }

    fn get(&mut self, handle: Resource<Handle>, pointer: String) -> wasmtime::Result<Option<Resource<Handle>>> {
        self.count()?;
        let Handle { paper, path } = self.handles.get(&handle)?;
        let (paper, mut path) = (*paper, path.to_vec());
        if self.node(&handle)?.find(&pointer, |place| path.push(place)).is_none() {
            return Ok(None);
        }
        let handle = self.handles.push(Handle { paper, path: path.into() }).map_err(|_| Stop::Handles)?;
        Ok(Some(handle))
    }

    fn keys(&mut self, handle: Resource<Handle>, max: u32) -> wasmtime::Result<Result<Vec<String>, TooMany>> {
        let Some(members) = self.asked(&handle)?.members() else { return Ok(Ok(Vec::new())) };
        let found = count(members.len());
        if found > max {
            return Ok(Err(TooMany { found }));
        }
        Ok(Ok(members.names().map(str::to_owned).collect()))
    }

    fn select(&mut self, handle: Resource<Handle>, pointers: Vec<String>) -> wasmtime::Result<Vec<Option<Told>>> {
        self.count()?;
        let node = self.node(&handle)?;
        let (mut answer, mut size) = (Vec::with_capacity(pointers.len()), 0);
        for pointer in &pointers {
            self.in_time()?;
            let told = node.find(pointer, |_| ()).map(Node::value);
            size += told.as_ref().map_or(0, told_size);
            fits(size)?;
            answer.push(told);
        }
        Ok(answer)
    }

    fn strings(&mut self, handle: Resource<Handle>, max: u32) -> wasmtime::Result<Result<Vec<Leaf>, TooMany>> {
        let node = self.asked(&handle)?;
        let found = node.strings();
        if count(found) > max {
            return Ok(Err(TooMany { found: count(found) }));
        }
        let (mut leaves, mut size) = (Vec::with_capacity(found), 0_usize);
        node.walk(&mut String::new(), &mut |pointer, side, text| {
            size = size.saturating_add(pointer.len() + text.len());
            if size <= LONGEST {
                leaves.push(Leaf { pointer: pointer.to_owned(), side, text: text.to_owned() });
            }
        });
        fits(size)?;
        Ok(Ok(leaves))
    }

    fn raw(&mut self, handle: Resource<Handle>) -> wasmtime::Result<String> {
        self.count()?;
        let Handle { paper, path } = self.handles.get(&handle)?;
        let bytes = match &**path {
            [] => self.lent.raw(*paper),
            _ => self.node(&handle)?.raw().into(),
        };
        Ok(String::from_utf8(bytes.into_owned())?)
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.handles.delete(handle)?;
        Ok(())
    }
}

impl<'a> Node<'a> {
    fn members(self) -> Option<&'a Object> {
        match self {
            Self::Members(members) => Some(members),
            Self::Value(value) => value.as_object(),
        }
    }

    fn elements(self) -> Option<&'a [Value]> {
        match self {
            Self::Members(_) => None,
            Self::Value(value) => value.as_array(),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Members(_) | Self::Value(Value::Object(_)) => Kind::Object,
            Self::Value(Value::Null) => Kind::Null,
            Self::Value(Value::Bool(_)) => Kind::Boolean,
            Self::Value(Value::Number(_)) => Kind::Number,
            Self::Value(Value::String(_)) => Kind::Text,
            Self::Value(Value::Array(_)) => Kind::Array,
        }
    }

    fn value(self) -> Told {
        match self {
            Self::Members(_) | Self::Value(Value::Object(_)) => Told::Object(self.len()),
            Self::Value(Value::Null) => Told::Null,
            Self::Value(Value::Bool(truth)) => Told::Boolean(*truth),
            Self::Value(Value::Number(number)) => Told::Number(number.as_str().to_owned()),
            Self::Value(Value::String(text)) => Told::Text(text.clone()),
            Self::Value(Value::Array(_)) => Told::Array(self.len()),
        }
    }

    fn len(self) -> u32 {
        let members = self.members().map(Object::len);
        count(members.or_else(|| self.elements().map(<[_]>::len)).unwrap_or(0))
    }

    fn raw(self) -> Vec<u8> {
        match self {
            Self::Members(members) => members.to_bytes(),
            Self::Value(value) => value.to_bytes(),
        }
    }

    fn child(self, place: usize) -> Option<Node<'a>> {
        let member = self.members().and_then(|members| members.iter().nth(place)).map(|(_, value)| value);
        member.or_else(|| self.elements()?.get(place)).map(Node::Value)
    }

    /// Follows a JSON pointer, and tells each step: which member or element it takes.
    fn find(self, pointer: &str, mut step: impl FnMut(usize)) -> Option<Node<'a>> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| {
            let token = unescape(token)?;
            let place = match node.members() {
                Some(members) => members.names().position(|name| name == token)?,
                None => node.elements().and_then(|_| index(&token))?,
            };
            step(place);
            node.child(place)
        })
    }

    /// How many strings there are at any depth.
    fn strings(self) -> usize {
        let own = usize::from(matches!(self, Self::Value(Value::String(_))));
        let elements = self.elements().unwrap_or_default().iter().map(|element| Node::Value(element).strings());
        let members = self.members().into_iter().flat_map(Object::iter);
        own + elements.sum::<usize>() + members.map(|(_, member)| 1 + Node::Value(member).strings()).sum::<usize>()
    }

    /// Tells every string at any depth, in the order of the document. `place` is where this value is.
    fn walk(self, place: &mut String, tell: &mut impl FnMut(&str, Side, &str)) {
        let before = place.len();
        if let Self::Value(Value::String(text)) = self {
            tell(place, Side::Value, text);
        }
        for (position, element) in self.elements().unwrap_or_default().iter().enumerate() {
            place.push('/');
            place.push_str(&position.to_string());
            Node::Value(element).walk(place, tell);
            place.truncate(before);
        }
        for (name, member) in self.members().into_iter().flat_map(Object::iter) {
            place.push('/');
            match name.contains(['~', '/']) {
                true => place.push_str(&name.replace('~', "~0").replace('/', "~1")),
                false => place.push_str(name),
            }
            tell(place, Side::Key, name);
            Node::Value(member).walk(place, tell);
            place.truncate(before);
        }
    }
}

/// A token of a JSON pointer as it is meant; none where an escape is wrong.
pub(super) fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(token.into());
    }
    let well_formed = token.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    well_formed.then(|| token.replace("~1", "/").replace("~0", "~").into())
}

/// An index by RFC 6901: no sign, no leading zero.
pub(super) fn index(token: &str) -> Option<usize> {
    let plain = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| plain)
}

fn told_size(told: &Told) -> usize {
    match told {
        Told::Number(text) | Told::Text(text) => text.len(),
        Told::Null | Told::Boolean(_) | Told::Array(_) | Told::Object(_) => 0,
    }
}

fn fits(size: usize) -> Result<(), Stop> {
    if size > LONGEST { Err(Stop::Answer) } else { Ok(()) }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
