//! Connections: taken up to a number, answered, and let go in good order.

use super::patient::Patient;
use super::routes;
use super::service::Service;
use super::watch::Peer;
use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// Bytes of a request's head at most.
const HEAD: usize = 16 << 10;
/// Bytes of a connection that are read ahead at most.
const READ_AHEAD: usize = 64 << 10;
/// How long requests that are on their way when the end is asked for have to come in.
const ON_THEIR_WAY: Duration = Duration::from_millis(100);
/// How long the system has to have files for connections again.
const PAUSE: Duration = Duration::from_millis(50);
/// What a connection is told that there is no room for.
const FULL: &str = "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\
                    \"detail\":\"wanted room for a connection, found all of it taken\"}";

/// Answers on connections until `stopped` is done, and then what came by then.
pub(crate) async fn accept(listener: TcpListener, service: &Arc<Service>, stopped: impl Future<Output = ()>) {
    let open = Open {
        router: TowerToHyperService::new(routes::router(service)),
        service: service.clone(),
        room: Arc::new(Semaphore::new(service.limits.connections)),
    };
    let graceful = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        tokio::select! {
            biased;
            () = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => open.take(stream, peer, &graceful),
                Err(error) => {
                    service.log.say("accept", [("error", error.to_string().into())]);
                    sleep(PAUSE).await;
                }
            }
        }
    }
    service.stopping.store(true, Ordering::Relaxed);
    service.log.say("stopping", [("connections", service.metrics.connections.get().into())]);
    // Whoever was connected by now is answered.
    while let Ok(Ok((stream, peer))) = timeout(Duration::from_millis(1), listener.accept()).await {
        open.take(stream, peer, &graceful);
    }
    drop(listener);
    sleep(ON_THEIR_WAY).await;
    let in_time = timeout(service.limits.stop, graceful.shutdown()).await;
    service.log.say("stopped", [("all_answered", in_time.is_ok().into())]);
}

/// What connections have in common.
struct Open {
    router: TowerToHyperService<Router>,
    service: Arc<Service>,
    room: Arc<Semaphore>,
}

impl Open {
    fn take(&self, stream: TcpStream, peer: SocketAddr, graceful: &GracefulShutdown) {
        // Without it an answer may wait for the next one; with an error, it does.
        let _ = stream.set_nodelay(true);
        match self.room.clone().try_acquire_owned() {
            Ok(room) => {
                let connection =
                    Connection { router: self.router.clone(), service: self.service.clone(), _room: room, peer };
                tokio::spawn(connection.run(stream, graceful.watcher()));
            }
            Err(_) => {
                self.service.metrics.refused.inc();
                tokio::spawn(refuse(stream));
            }
        }
    }
}

async fn refuse(mut stream: TcpStream) {
    let told = async {
        let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 1\r\n";
        let told = format!("{head}connection: close\r\ncontent-length: {}\r\n\r\n{FULL}", FULL.len());
        stream.write_all(told.as_bytes()).await?;
        stream.shutdown().await
    };
    // A client that does not listen is not waited for.
    let _: Result<io::Result<()>, _> = timeout(Duration::from_secs(1), told).await;
}

struct Connection {
    router: TowerToHyperService<Router>,
    service: Arc<Service>,
    _room: OwnedSemaphorePermit,
    peer: SocketAddr,
}

impl Connection {
    async fn run(self, stream: TcpStream, watcher: Watcher) {
        let limits = self.service.limits;
        self.service.metrics.connections.inc();
        let io = TokioIo::new(Patient::new(stream, limits.head));
        let answer = service_fn(|mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(self.peer));
            self.router.call(request.map(Body::new))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_header_size(HEAD)
            .max_buf_size(READ_AHEAD)
            .serve_connection(io, answer);
        // What is wrong with a connection is the client's own affair, and nobody is left to tell.
        let _ = watcher.watch(connection).await;
        self.service.metrics.connections.dec();
    }
}
