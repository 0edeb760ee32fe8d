//! What plugins hide cannot be asked for either: a request that names such a resource or prompt is refused like one that names
//! what is not there. Tools are found with their definitions anyway, in `call`.
//!
//! A plugin judges an item as the server lists it. So where one has a say, what the server does not list is refused too: it
//! cannot be told what it would be. An address that is not listed is judged by the templates that it may have been made of.

use crate::call::{Refusal, Target};
use crate::json::Object;
use crate::mcp::method::{self, Reference};
use crate::policy::{self, Sight};
use crate::upstreams::Link;

use super::curate::is_curated;
use super::listing::templates;
use super::{Gate, Seat, Stop};

/// How many resources one subscription may name where plugins judge them.
const SUBSCRIPTIONS: usize = 1024;

impl Gate {
    /// Whether the plugins let the caller know of the resources and prompts that a request names. What the law refuses is
    /// left to the law, which says why.
    pub(super) async fn may_ask(
        &self,
        seat: &Seat,
        link: &Link,
        target: &Target,
        params: Option<&Object>,
    ) -> Result<(), Stop> {
        if !seat.curates() || policy::sight(seat.policies(), target) != Sight::Shown {
            return Ok(());
        }
        match (target, params) {
            (Target::Resource(uri), _) => self.may_ask_of_resource(seat, link, uri, params).await,
            (Target::Prompt(name), _) => self.may_ask_of_prompt(seat, link, name, params).await,
            (Target::Method(method), Some(params)) if method == method::COMPLETE => {
                self.may_complete(seat, link, params).await
            }
            (Target::Method(method), Some(params)) if method == method::LISTEN => {
                if method::subscriptions(params).nth(SUBSCRIPTIONS).is_some() {
                    let reason = format!("`resourceSubscriptions` may name {SUBSCRIPTIONS} resources");
                    return Err(Refusal::malformed(reason).into());
                }
                for uri in method::subscriptions(params) {
                    self.may_ask_of_resource(seat, link, uri, Some(params)).await?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the caller may hear that a resource changed. Nobody waits for the server here, so that what is known is what
    /// was listed last.
    pub(super) async fn may_hear_of(&self, seat: &Seat, link: &Link, uri: &str) -> bool {
        let target = Target::Resource(uri.to_owned());
        match link.recall_resource(uri).filter(|_| is_curated(seat, &target)) {
            Some(item) => self.may_know(seat, &target, &item).await.is_ok(),
            None => true,
        }
    }

    async fn may_ask_of_resource(
        &self,
        seat: &Seat,
        link: &Link,
        uri: &str,
        params: Option<&Object>,
    ) -> Result<(), Stop> {
        if !is_judged(seat, uri) {
            return Ok(());
        }
        if let Some(item) = link.resource(uri, params).await? {
            return Ok(self.may_know(seat, &Target::Resource(uri.to_owned()), &item).await?);
        }
        let fitting = link.templates(uri, params).await?;
        for template in &fitting {
            // It may have been made of any of them: one that is hidden is reason enough.
            self.may_know(seat, &templates(), &template.definition).await?;
        }
        if fitting.is_empty() { Err(unknown()) } else { Ok(()) }
    }

    async fn may_ask_of_prompt(
        &self,
        seat: &Seat,
        link: &Link,
        name: &str,
        params: Option<&Object>,
    ) -> Result<(), Stop> {
        let target = Target::Prompt(name.to_owned());
        if !is_curated(seat, &target) {
            return Ok(());
        }
        let item = link.prompt(name, params).await?.ok_or_else(unknown)?;
        Ok(self.may_know(seat, &target, &item).await?)
    }

    async fn may_complete(&self, seat: &Seat, link: &Link, params: &Object) -> Result<(), Stop> {
        match method::reference(params) {
            Some(Reference::Prompt(name)) => self.may_ask_of_prompt(seat, link, name, Some(params)).await,
            Some(Reference::Resource(uri)) if !is_judged(seat, uri) => Ok(()),
            Some(Reference::Resource(uri)) => match link.template(uri, Some(params)).await? {
                Some(template) => Ok(self.may_know(seat, &templates(), &template.definition).await?),
                None => self.may_ask_of_resource(seat, link, uri, Some(params)).await,
            },
            None => Err(Refusal::malformed("`ref` must name a prompt or a resource").into()),
        }
    }
}

/// Whether a plugin judges resources of this address, or templates.
fn is_judged(seat: &Seat, uri: &str) -> bool {
    is_curated(seat, &Target::Resource(uri.to_owned())) || is_curated(seat, &templates())
}

fn unknown() -> Stop {
    Refusal::unknown("(unknown)").into()
}
