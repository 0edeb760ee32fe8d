//! The `grants` of a configuration, and `anonymous`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::call::{Caller, ServerName};
use crate::identity::{ANONYMOUS, LOCAL};
use crate::json::commented::{Node, Report, nearest};
use crate::secret::Digest;

use super::SeatEntry;
use super::policies::Shelf;

/// How many groups a caller may be in, and how long the name of one is, in bytes.
const GROUPS: usize = 32;
const GROUP: usize = 128;

/// Whose places are read.
struct Who {
    caller: Caller,
    proof: Option<Digest>,
    groups: Arc<[String]>,
}

/// What is read so far.
pub(super) struct Grants<'r> {
    pub(super) folder: &'r Path,
    pub(super) text: &'r str,
    pub(super) servers: Vec<&'r str>,
    pub(super) tokens: Vec<(Digest, Caller)>,
    pub(super) seats: Vec<SeatEntry>,
    pub(super) files: &'r mut Vec<PathBuf>,
}

impl Grants<'_> {
    /// Reads `grants`.
    pub(super) fn read(&mut self, node: &Node, report: &mut Report) -> Option<()> {
        for grant in report.elements(node)? {
            self.read_one(grant, report);
        }
        Some(())
    }

    /// Reads `anonymous`.
    pub(super) fn read_anonymous(&mut self, node: &Node, report: &mut Report) -> Option<()> {
        let mut fields = report.fields(node)?;
        if let Some(servers) = fields.need("servers", report) {
            let who = Who { caller: Caller::new(ANONYMOUS), proof: None, groups: Arc::default() };
            self.read_seats(&who, servers, report);
        }
        fields.finish(report);
        Some(())
    }

    fn read_one(&mut self, node: &Node, report: &mut Report) -> Option<()> {
        let mut fields = report.fields(node)?;
        let name_node = fields.need("name", report);
        let token_node = fields.need("token_sha256", report);
        let servers = fields.need("servers", report);
        let groups = fields.get("groups").map_or(Some(Vec::new()), |node| read_groups(node, report));
        fields.finish(report);

        let name_node = name_node?;
        let name = report.text(name_node)?;
        let taken = [ANONYMOUS, LOCAL].contains(&name) || self.tokens.iter().any(|(_, known)| known.as_str() == name);
        if taken || name.is_empty() {
            report.error(
                name_node.span.clone(),
                format!("`{name}` is taken, or no name"),
                Some("choose another".to_owned()),
            );
        }
        let caller = Caller::new(name);
        let token_node = token_node?;
        let digest = Digest::from_hex(report.text(token_node)?);
        if let Some(servers) = servers {
            let who = Who { caller: caller.clone(), proof: digest, groups: groups?.into() };
            self.read_seats(&who, servers, report);
        }
        let Some(digest) = digest else {
            let help = "make a token and its digest with `doorward grant new NAME`".to_owned();
            report.error(token_node.span.clone(), "no SHA-256 digest: 64 hexadecimal digits are due", Some(help));
            return None;
        };
        if self.tokens.iter().any(|(known, _)| *known == digest) {
            report.error(
                token_node.span.clone(),
                "another grant has this token",
                Some("give each grant its own".to_owned()),
            );
        }
        self.tokens.push((digest, caller));
        Some(())
    }

    fn read_seats(&mut self, who: &Who, node: &Node, report: &mut Report) -> Option<()> {
        for entry in report.entries(node)? {
            if !self.servers.contains(&entry.name.as_str()) {
                let help = nearest(&entry.name, &self.servers).map(|near| format!("did you mean `{near}`?"));
                report.error(entry.span.clone(), format!("there is no server `{}`", entry.name), help);
            }
            let mut fields = report.fields(&entry.node)?;
            let mut shelf = Shelf { folder: self.folder, text: self.text, files: self.files };
            let policies = fields.get("policy").map(|node| shelf.read(node, report)).unwrap_or_default();
            fields.finish(report);
            let server = ServerName::new(entry.name.as_str());
            let Who { caller, proof, groups } = who;
            let (caller, proof, groups, span) = (caller.clone(), *proof, Arc::clone(groups), entry.span.clone());
            self.seats.push(SeatEntry { caller, proof, groups, server, policies, span });
        }
        Some(())
    }
}

/// Reads `groups`.
fn read_groups(node: &Node, report: &mut Report) -> Option<Vec<String>> {
    let elements = report.elements(node)?;
    if elements.len() > GROUPS {
        let help = Some("name those that policies speak of".to_owned());
        report.error(node.span.clone(), format!("a grant is in up to {GROUPS} groups"), help);
        return None;
    }
    let mut groups: Vec<String> = Vec::new();
    for element in elements {
        let name = report.text(element)?;
        let is_name = !name.trim().is_empty() && name.len() <= GROUP && !name.chars().any(char::is_control);
        if !is_name {
            let help = Some(format!("use up to {GROUP} bytes, such as `operators`"));
            report.error(element.span.clone(), "no name for a group", help);
            return None;
        }
        if groups.iter().any(|known| known == name) {
            report.warn(
                element.span.clone(),
                format!("`{name}` is written twice"),
                Some("keep one of them".to_owned()),
            );
            continue;
        }
        groups.push(name.to_owned());
    }
    Some(groups)
}
