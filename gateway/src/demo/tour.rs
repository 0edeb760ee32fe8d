//! The calls of the tour: printed to be copied, and made by `--check`.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

use crate::json::{Limits, Object, Value, scan};
use crate::mcp::{MODERN, header, meta};

/// How long one call of the check may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One call of the tour.
struct Step {
    title: &'static str,
    tool: &'static str,
    arguments: &'static str,
    /// What the text of the answer holds.
    expect: &'static str,
    /// Whether it is refused.
    refused: bool,
}

const STEPS: [Step; 3] = [
    Step {
        title: "A look at the disks, and something behind it. The plugin shell-guard reads the command and refuses:",
        tool: "backgroundExecute",
        arguments: r#"{"connectionId":"web-1","command":"df -h; rm -rf /var/log","interval":60000}"#,
        expect: "[doorward] denied by rule /tools/backgroundExecute/plugins/shell-guard",
        refused: true,
    },
    Step {
        title: "The look alone, once a minute. Every rule lets it pass:",
        tool: "backgroundExecute",
        arguments: r#"{"connectionId":"web-1","command":"df -h","interval":60000}"#,
        expect: "Started in the background",
        refused: false,
    },
    Step {
        title: "The same again. The policy allows one a minute:",
        tool: "backgroundExecute",
        arguments: r#"{"connectionId":"web-1","command":"df -h","interval":60000}"#,
        expect: "[doorward] rate limited by rule /tools/backgroundExecute/limits/background",
        refused: true,
    },
];

/// The tour, to be printed.
pub(super) fn text(address: SocketAddr, audit: &Path) -> String {
    let mut out = format!("Doorward stands in front of a make-believe SSH host at http://{address}/mcp/demo\n");
    for (number, step) in STEPS.iter().enumerate() {
        out.push_str(&format!("\n{}. {}\n\n{}\n", number + 1, step.title, step.curl(address)));
    }
    out.push_str(&format!(
        r#"
Every decision was recorded before anything was sent. The three of them:

  doorward audit tail --dir {}

An MCP client takes the same address:

  {{ "mcpServers": {{ "demo": {{ "type": "http", "url": "http://{address}/mcp/demo" }} }} }}

Ctrl-C ends the demo.
"#,
        audit.display()
    ));
    out
}

/// Makes the calls and prints what came of each. Says whether all was as it should be.
pub(super) async fn drive(address: SocketAddr, audit: &Path) -> Result<bool> {
    let mut fine = true;
    for (number, step) in STEPS.iter().enumerate() {
        let result = timeout(PATIENCE, step.call(address)).await.context("the demo did not answer in time")??;
        let refused = result.get("isError").and_then(Value::as_bool).unwrap_or(false);
        let content = result.get("content").and_then(Value::as_array).unwrap_or_default();
        let text = content.iter().find_map(|item| item.as_object()?.text("text")).unwrap_or_default();
        let expected = refused == step.refused && text.contains(step.expect);
        fine &= expected;
        let word = if refused { "refused" } else { "allowed" };
        println!("{}. {} {}: {word}", number + 1, step.tool, step.arguments);
        for line in text.lines() {
            println!("     {line}");
        }
        if !expected {
            println!("     this is not what was expected: {}", step.expect);
        }
    }
    let recorded = crate::audit::tail(audit, 100)?;
    let decisions: Vec<_> = recorded.iter().filter(|line| line.entry().text("kind") == Some("decision")).collect();
    println!("The record of it:");
    for decision in &decisions {
        println!("     {decision}");
    }
    fine &= decisions.len() == STEPS.len();
    println!("{}", if fine { "All as it should be." } else { "Something is not as it should be." });
    Ok(fine)
}

impl Step {
    fn body(&self) -> String {
        let version = MODERN.last().copied().unwrap_or_default();
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}","arguments":{},"_meta":{{"{}":"{version}","{}":{{}}}}}}}}"#,
            self.tool,
            self.arguments,
            meta::PROTOCOL_VERSION,
            meta::CLIENT_CAPABILITIES,
        )
    }

    fn headers(&self) -> [(&'static str, &'static str); 4] {
        let version = MODERN.last().copied().unwrap_or_default();
        [
            ("content-type", "application/json"),
            (header::PROTOCOL_VERSION, version),
            (header::METHOD, "tools/call"),
            (header::NAME, self.tool),
        ]
    }

    fn curl(&self, address: SocketAddr) -> String {
        let headers: String =
            self.headers().iter().map(|(name, value)| format!("    -H '{name}: {value}' \\\n")).collect();
        format!("  curl -s http://{address}/mcp/demo \\\n{headers}    -d '{}'", self.body())
    }

    async fn call(&self, address: SocketAddr) -> Result<Object> {
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
        let mut request = Request::post(format!("http://{address}/mcp/demo")).header("accept", "*/*");
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let response = client.request(request.body(Full::new(self.body().into()))?).await?;
        let bytes = response.into_body().collect().await?.to_bytes();
        let value = scan(&bytes, &Limits::reply(1 << 20))?;
        let result = value.as_object().and_then(|answer| answer.object("result"));
        result.cloned().with_context(|| format!("no result: {}", String::from_utf8_lossy(&bytes)))
    }
}
