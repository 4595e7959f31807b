//! The site over HTTP, on this machine only, with pages that reload when they change.

mod answer;
mod connections;
mod files;
mod reload;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bds_base::{SitePath, System};
use tokio::sync::watch;

use reload::Log;

/// A server of one site, which ends with the process.
#[derive(Debug, Clone)]
pub struct Preview {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// Others than this machine could reach it.
    #[error("`{0}` is no address of this machine alone")]
    NotLoopback(SocketAddr),
    /// The system refuses the address.
    #[error("`{address}` cannot be served at")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        error: io::Error,
    },
}

/// What the server and whoever builds share.
#[derive(Debug)]
struct Shared {
    root: PathBuf,
    out: RwLock<PathBuf>,
    system: Arc<dyn System>,
    log: watch::Sender<Arc<Log>>,
}

impl Shared {
    /// The last build that changed something, as pages say which one they are of.
    fn stamp(&self) -> String {
        self.log.borrow().stamp()
    }
}

impl Preview {
    /// Serves the output folder `out` of the project `root` at an address of this machine; port 0 means any that is free.
    pub fn begin(
        address: SocketAddr,
        root: PathBuf,
        out: PathBuf,
        system: Arc<dyn System>,
    ) -> Result<Self, PreviewError> {
        if !address.ip().is_loopback() {
            return Err(PreviewError::NotLoopback(address));
        }
        let refused = |error| PreviewError::Address { address, error };
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let shared = Arc::new(Shared { root, out: RwLock::new(out), system, log: watch::Sender::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(refused)?;
        let router = router(Arc::clone(&shared));
        let listener = {
            let _runtime = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(refused)?
        };
        let thread = thread::Builder::new().name("preview".to_owned());
        // It ends with the process.
        thread.spawn(move || runtime.block_on(connections::serve(listener, router))).map_err(refused)?;
        Ok(Self { address, shared })
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The site lies in another folder now.
    pub fn move_to(&self, out: PathBuf) {
        *self.shared.out.write().unwrap_or_else(PoisonError::into_inner) = out;
    }

    /// Has pages reload that are, or show, one of these files of the output: their bytes have changed.
    pub fn changed<'a>(&self, files: impl IntoIterator<Item = &'a SitePath>) {
        let mut files = files.into_iter().peekable();
        if files.peek().is_some() {
            self.shared.log.send_modify(|log| Arc::make_mut(log).add(files));
        }
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(reload::EVENTS, get(reload::events))
        .route(reload::SCRIPT, get(reload::script))
        .fallback(answer::answer)
        .layer(middleware::from_fn(for_this_machine))
        .with_state(shared)
}

/// Refuses what was sent to another name: a page of the web could have its own name lead here, and read the site.
async fn for_this_machine(headers: HeaderMap, request: Request, next: Next) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(is_this_machine) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "The preview answers to `localhost` only.\n").into_response()
}

fn is_this_machine(host: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
