//! What tools a server has, asked in a conversation of its own, in whichever era it speaks.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::call::{Errand, List};
use crate::json::{Object, Value};
use crate::mcp::{Id, LEGACY, MODERN, meta, method};

use super::http::Connector;
use super::link::{Link, answer_of};
use super::{Failure, Server};

/// The whole definitions of a server's tools. A program is started for it, and ended.
pub async fn survey(server: &Arc<Server>, connector: &Connector) -> Result<Vec<Object>, Failure> {
    let end = CancellationToken::new();
    let _ends_with_this = end.clone().drop_guard();
    let link = Link::open(server, connector, end.child_token())?;
    let definitions = match greet(&link).await? {
        true => link.definitions(List::Tools, None).await,
        false => {
            // It knows no handshake, so that every request stands alone.
            let link = Link::open(server, connector, end.child_token())?;
            link.stand_alone();
            let envelope = Object::from([("_meta", envelope())]);
            link.definitions(List::Tools, Some(&envelope)).await
        }
    };
    let _best_effort = link.run(Errand::Farewell, None).await;
    definitions
}

/// The legacy handshake. Whether the server took part.
async fn greet(link: &Link) -> Result<bool, Failure> {
    let newest = LEGACY.last().copied().unwrap_or_default();
    let params = Object::from([
        ("protocolVersion", newest.into()),
        ("capabilities", Object::new().into()),
        ("clientInfo", client()),
    ]);
    let greeting = Errand::Greet { method: method::INITIALIZE, params: Some(params) };
    let answer = async {
        let mut reply = link.run(greeting, Some(Id::Text("doorward".to_owned()))).await?;
        let answer = answer_of(&mut reply).await?;
        reply.settle();
        Ok(answer)
    };
    let answer = match answer.await {
        Ok(answer) => answer,
        Err(Failure::Status(400..=499)) => return Ok(false),
        Err(failure) => return Err(failure),
    };
    let Some(result) = answer.members() else { return Ok(false) };
    if let Some(version) = result.text("protocolVersion") {
        link.agree_on(version);
    }
    link.run(Errand::Initialized { params: None }, None).await?;
    Ok(true)
}

fn envelope() -> Value {
    let newest = MODERN.last().copied().unwrap_or_default();
    Value::from([
        (meta::PROTOCOL_VERSION, newest.into()),
        (meta::CLIENT_CAPABILITIES, Object::new().into()),
        (meta::CLIENT_INFO, client()),
    ])
}

fn client() -> Value {
    Value::from([("name", "doorward".into()), ("version", env!("CARGO_PKG_VERSION").into())])
}
