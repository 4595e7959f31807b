//! Who is served: how many at once, and how long somebody is waited for.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

/// How many connections there are at most. The others wait: a process may have few files open, and whoever builds needs
/// them too.
const MOST: usize = 100;

/// How long the head of a request may take to come, and a connection may be held that asks for nothing.
const PATIENCE_FOR_HEADS: Duration = Duration::from_secs(10);

/// How long somebody may take nothing of what is sent.
const PATIENCE_FOR_READERS: Duration = Duration::from_secs(30);

/// How large the head of a request may be, in bytes.
const HEAD: usize = 64 << 10;

/// How long it takes until it is tried again to take a connection, if the system cannot give it.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves whoever connects. Comes to no end.
pub(super) async fn serve(listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let place = Arc::clone(&places).acquire_owned().await.expect("nobody closes it");
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(attend(stream, router.clone(), place))),
            Err(error) if is_of_one_connection(&error) => {}
            // Too many open files, most likely.
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn attend(stream: TcpStream, router: Router, place: OwnedSemaphorePermit) {
    // Small answers are not held back to be sent with others.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(PATIENCE_FOR_READERS));
    let mut connections = http1::Builder::new();
    connections.timer(TokioTimer::new()).header_read_timeout(PATIENCE_FOR_HEADS).max_buf_size(HEAD);
    let stream = TokioIo::new(Box::pin(stream));
    // What goes wrong concerns this connection only, and whoever is at its other end knows.
    let _ = connections.serve_connection(stream, TowerToHyperService::new(router)).await;
    drop(place);
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
