//! One agent, by the Rust SDK `rmcp`.
//!
//! Takes a job (see README.md), does what it says in one session and prints one line of JSON: what happened, not
//! whether that was right. `rmcp` stands here as a peer only; it drops fields it does not know, so nothing of it may
//! ever stand in the path of a call.
#![expect(clippy::disallowed_types, reason = "an agent of the outside world, which reads JSON as such agents do")]

use std::time::Duration;

use anyhow::{Context, Result};
use rmcp::model::{CallToolRequestParams, ClientConfig, JsonObject, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt, RoleClient, RunningService};
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use serde_json::{Map, Value, json};

const CALL: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<()> {
    let path = std::env::args().nth(1).context("usage: rmcp_client JOB.json")?;
    let job: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let mut report = Map::new();
    if let Err(error) = visit(&job, &mut report).await {
        report.insert("error".into(), json!(format!("{error:#}")));
    }
    println!("{}", Value::Object(report));
    Ok(())
}

async fn visit(job: &Value, report: &mut Map<String, Value>) -> Result<()> {
    let client = tokio::time::timeout(CALL, connected(job)).await.context("no connection in time")??;
    let protocol = client.peer_info().map(|info| info.protocol_version.to_string());
    report.insert("protocol".into(), json!(protocol));
    let tools = tokio::time::timeout(CALL, client.list_all_tools()).await.context("no list in time")??;
    report.insert("tools".into(), tools.iter().map(|tool| tool.name.as_ref()).collect());
    let mut answers = Vec::new();
    for call in job["calls"].as_array().context("a job has `calls`")? {
        answers.push(tokio::time::timeout(CALL, called(&client, call)).await.context("no answer in time")??);
    }
    report.insert("calls".into(), Value::Array(answers));
    client.cancel().await?;
    Ok(())
}

async fn connected(job: &Value) -> Result<RunningService<RoleClient, ClientConfig>> {
    let lifecycle = match job["era"].as_str() {
        Some("auto") => {
            ClientLifecycleMode::Auto { preferred_versions: vec![ProtocolVersion::LATEST], legacy_version: None }
        }
        _ => ClientLifecycleMode::Initialize,
    };
    let agent = ClientConfig::default();
    if let Some(url) = job["url"].as_str() {
        return Ok(agent.serve_with_lifecycle(StreamableHttpClientTransport::from_uri(url), lifecycle).await?);
    }
    let words: Vec<String> = serde_json::from_value(job["command"].clone())?;
    let (program, args) = words.split_first().context("a job has `url` or `command`")?;
    let mut command = tokio::process::Command::new(program);
    command.args(args);
    Ok(agent.serve_with_lifecycle(TokioChildProcess::new(command)?, lifecycle).await?)
}

/// A protocol error is an outcome; whether a wanted one is the caller's question.
async fn called(client: &RunningService<RoleClient, ClientConfig>, call: &Value) -> Result<Value> {
    let tool = call["tool"].as_str().context("a call has a `tool`")?.to_owned();
    let arguments: JsonObject = serde_json::from_value(call["arguments"].clone())?;
    let asked = CallToolRequestParams::new(tool).with_arguments(arguments);
    Ok(match client.call_tool(asked).await {
        Ok(result) => {
            let text: Vec<&str> =
                result.content.iter().filter_map(|block| block.as_text()).map(|block| block.text.as_str()).collect();
            json!({ "is_error": result.is_error.unwrap_or(false), "text": text.join("\n") })
        }
        Err(error) => json!({ "error": error.to_string() }),
    })
}
