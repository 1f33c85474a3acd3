//! The service: HTTP in front of one model.
//!
//! Requests of all clients go to one thread that tags (`queue.rs`); what comes of a text does not depend on what is tagged
//! beside it, so that an answer is, byte for byte, what `alam tag` writes of the same text. Everything that a client can
//! make grow has a bound ([`Limits`]), and what is refused is told with what was wanted and what was found (`problem.rs`).

mod access;
mod answer;
mod body;
mod bounds;
mod connection;
mod errors;
mod hugging_face;
mod label_config;
mod label_studio;
mod limits;
mod lines;
mod log;
mod meta;
mod metrics;
mod page;
mod patient;
mod problem;
mod queue;
mod request;
mod routes;
mod service;
mod splitter;
mod tag;
mod unpack;
mod watch;
mod wishes;

pub use limits::Limits;
pub use log::Log;
pub use service::Config;

use service::Service;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Answers requests until `stopped` is done; what was accepted by then is answered, for as long as [`Limits::stop`] says.
///
/// `ready` is called once, with the address that is listened on.
///
/// # Errors
/// An address that cannot be listened on.
pub async fn run(
    config: Config,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
    stopped: impl Future<Output = ()>,
) -> io::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    let (service, tagging) = Service::start(config)?;
    ready(listener.local_addr()?);
    connection::accept(listener, &service, stopped).await;
    // Without its last sender the queue ends, and with it the thread that tags. Where a client's request outlived its time, the
    // thread is not waited for.
    drop(service);
    drop(tagging);
    Ok(())
}
