//! The door for operators: whether the gateway lives, whether it is ready, and its metrics.
//!
//! It knows nothing of MCP, and no caller's data comes through it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;

use crate::audit::Audit;
use crate::listener::Guard;
use crate::telemetry::Metrics;

/// The door for operators.
#[derive(Clone)]
pub struct Desk {
    routes: Router,
    guard: Arc<Guard>,
}

#[derive(Clone)]
struct View {
    metrics: Arc<Metrics>,
    audit: Arc<Audit>,
    stop: CancellationToken,
}

impl Desk {
    /// A desk that shows these metrics, and is ready until `stop`, for as long as decisions can be recorded.
    pub fn new(metrics: Arc<Metrics>, audit: Arc<Audit>, guard: Guard, stop: CancellationToken) -> Self {
        let routes = Router::new()
            .route("/livez", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .route("/metrics", get(show_metrics))
            .with_state(View { metrics, audit, stop });
        Self { routes, guard: Arc::new(guard) }
    }

    /// Answers one HTTP request.
    pub async fn serve(mut self, request: Request<Incoming>) -> Response {
        if !self.guard.admits(request.headers()) {
            return (StatusCode::FORBIDDEN, "this Host or Origin may not come here\n").into_response();
        }
        match self.routes.call(request.map(Body::new)).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

async fn ready(State(view): State<View>) -> (StatusCode, String) {
    if view.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    match view.audit.fault() {
        Some(cause) => (StatusCode::SERVICE_UNAVAILABLE, format!("decisions cannot be recorded: {cause}\n")),
        None => (StatusCode::OK, "ready\n".to_owned()),
    }
}

async fn show_metrics(State(view): State<View>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], view.metrics.encode())
}
