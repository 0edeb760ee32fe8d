//! What a server is asked for when somebody names what it offers: its lists, read to their ends and kept for a while.

use std::sync::Arc;

use crate::call::{Errand, List};
use crate::json::{Object, Value};
use crate::mcp::{Id, code, meta};

use super::Failure;
use super::catalog::{Catalog, Found, Template, Tool};
use super::link::{Link, answer_of};

/// How many pages of a list are read, and how many items.
const PAGES: usize = 100;
const ITEMS: usize = 10_000;

impl Link {
    /// A tool by its exact name. The server is asked for its list where ours is old or does not have the name; `params`
    /// are those of the request in hand, whose modern `_meta` the listing borrows.
    pub async fn tool(&self, name: &str, params: Option<&Object>) -> Result<Option<Arc<Tool>>, Failure> {
        self.seek(&self.catalogs.tools, name, params).await
    }

    /// A resource by its exact address, likewise.
    pub async fn resource(&self, uri: &str, params: Option<&Object>) -> Result<Option<Arc<Object>>, Failure> {
        self.seek(&self.catalogs.resources, uri, params).await
    }

    /// A prompt by its exact name, likewise.
    pub async fn prompt(&self, name: &str, params: Option<&Object>) -> Result<Option<Arc<Object>>, Failure> {
        self.seek(&self.catalogs.prompts, name, params).await
    }

    /// A template of resources by its exact text, likewise.
    pub async fn template(&self, text: &str, params: Option<&Object>) -> Result<Option<Arc<Template>>, Failure> {
        self.seek(&self.catalogs.templates, text, params).await
    }

    /// The templates of which an address may have been made, likewise.
    pub async fn templates(&self, uri: &str, params: Option<&Object>) -> Result<Vec<Arc<Template>>, Failure> {
        let find = || self.catalogs.templates.find_all(|template| template.fits(uri));
        if let Some(found) = find() {
            return Ok(found);
        }
        let _one_at_a_time = self.listing.acquire().await.map_err(|_| Failure::Ended)?;
        if let Some(found) = find() {
            return Ok(found);
        }
        self.read(&self.catalogs.templates, params).await?;
        Ok(find().unwrap_or_default())
    }

    /// A resource as it was listed last; the server is not asked.
    pub fn recall_resource(&self, uri: &str) -> Option<Arc<Object>> {
        self.catalogs.resources.recall(uri)
    }

    /// The whole definitions of what the server offers, in the order in which it lists them.
    pub async fn definitions(&self, list: List, params: Option<&Object>) -> Result<Vec<Object>, Failure> {
        let mut definitions = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let mut page = Object::new();
            if let Some(envelope) = params.and_then(meta::envelope) {
                page.insert("_meta", envelope);
            }
            if let Some(cursor) = cursor.take() {
                page.insert("cursor", cursor);
            }
            let errand = Errand::List { list, params: (!page.is_empty()).then_some(page) };
            let mut reply = self.run(errand, Some(Id::Text("doorward".to_owned()))).await?;
            let mut answer = answer_of(&mut reply).await?;
            reply.settle();
            let code = answer.code();
            let Some(result) = answer.members_mut() else {
                // A server that knows no such method has none.
                return if code == Some(code::METHOD_NOT_FOUND) { Ok(definitions) } else { Err(Failure::Unlisted) };
            };
            if let Some(Value::Array(items)) = result.remove(list.member()) {
                let objects = items.into_iter().filter_map(|item| match item {
                    Value::Object(definition) => Some(definition),
                    _ => None,
                });
                definitions.extend(objects);
            }
            cursor = result.text("nextCursor").filter(|cursor| !cursor.is_empty()).map(str::to_owned);
            if cursor.is_none() || definitions.len() > ITEMS {
                break;
            }
        }
        Ok(definitions)
    }

    /// The server says that a list of it changed.
    pub fn forget(&self, list: List) {
        match list {
            List::Tools => self.catalogs.tools.forget(),
            List::Resources | List::Templates => {
                self.catalogs.resources.forget();
                self.catalogs.templates.forget();
            }
            List::Prompts => self.catalogs.prompts.forget(),
        }
    }

    async fn seek<T>(
        &self,
        catalog: &Catalog<T>,
        name: &str,
        params: Option<&Object>,
    ) -> Result<Option<Arc<T>>, Failure> {
        if let Found::Item(item) = catalog.find(name) {
            return Ok(Some(item));
        }
        let _one_at_a_time = self.listing.acquire().await.map_err(|_| Failure::Ended)?;
        if let Found::Unsure = catalog.find(name) {
            self.read(catalog, params).await?;
        }
        match catalog.find(name) {
            Found::Item(item) => Ok(Some(item)),
            Found::Nothing | Found::Unsure => Ok(None),
        }
    }

    async fn read<T>(&self, catalog: &Catalog<T>, params: Option<&Object>) -> Result<(), Failure> {
        catalog.learn(self.definitions(catalog.list, params).await?);
        Ok(())
    }
}
