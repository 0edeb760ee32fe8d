//! Connections: accepted up to a bound, each with limits on its header's size and time.
//!
//! The framing of HTTP is hyper's alone. This room hands whole requests on, and knows of their content only whether
//! their Host and Origin may come here.

mod origin;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use origin::Guard;

/// What a connection may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub address: SocketAddr,
    /// How many connections may be open.
    pub connections: usize,
    /// The largest request header, in bytes.
    pub header: usize,
    /// How long a request header may take to arrive, and how long a connection may wait for the next one.
    pub header_time: Duration,
}

/// How many header lines a request may have.
const HEADER_LINES: usize = 64;

/// A bound socket.
pub struct Listener {
    socket: TcpListener,
    config: Config,
}

impl Listener {
    /// Binds the address.
    pub async fn bind(config: Config) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(config.address).await?, config })
    }

    /// Where it listens: the real port, where port 0 was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves every connection until `stop`, then takes no more. Connections end after the request in hand.
    pub async fn serve<S, F, B>(self, serve: S, stop: CancellationToken, tasks: TaskTracker)
    where
        S: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
        F: Future<Output = Response<B>> + Send,
        B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        let places = Arc::new(Semaphore::new(self.config.connections));
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.config.header_time)
            .max_buf_size(self.config.header.max(8192))
            .max_headers(HEADER_LINES)
            .half_close(false);
        loop {
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = stop.cancelled() => return,
            };
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = stop.cancelled() => return,
            };
            let socket = match accepted {
                Ok((socket, _)) => socket,
                Err(error) => {
                    // Out of descriptors, mostly: a pause lets others close theirs.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let _best_effort = socket.set_nodelay(true);
            let serve = serve.clone();
            let service = service_fn(move |request| {
                let response = serve(request);
                async move { Ok::<_, Infallible>(response.await) }
            });
            let connection = http.serve_connection(TokioIo::new(socket), service);
            let stop = stop.clone();
            tasks.spawn(async move {
                let mut connection = std::pin::pin!(connection);
                let ended = tokio::select! {
                    ended = connection.as_mut() => ended,
                    () = stop.cancelled() => {
                        connection.as_mut().graceful_shutdown();
                        connection.await
                    }
                };
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                drop(place);
            });
        }
    }
}
