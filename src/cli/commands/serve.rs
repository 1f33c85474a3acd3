//! `alam serve`: names over HTTP, [`crate::serve`].

use super::tag::own;
use crate::cli::args::serve::{ServeArgs, ServePlan};
use crate::cli::outcome::{Failure, Outcome};
use crate::contain;
use crate::serve::{self, Config, Log};
use crate::tagger::ModelInfo;
use std::net::SocketAddr;
use tokio::runtime::{Builder, Runtime};

/// Threads that read requests and write answers. What they do is little beside tagging.
const WORKERS: usize = 2;

/// Runs the command, until a signal ends it.
pub(crate) fn run(args: ServeArgs) -> Result<Outcome, Failure> {
    let ServePlan { listen, token, gazetteer, origins, quiet, limits, model } =
        args.meant(std::env::var("ALAM_TOKEN").ok().filter(|token| !token.is_empty()))?;
    let gazetteers = own(gazetteer.as_deref(), model.keep_clitics)?;
    let tagger = model.load()?;
    // What is made at the first text is there when the first request comes.
    tagger.tag("عَلَم")?;
    let info = ModelInfo::of(&model.source()?, &tagger)?;
    let no_threads = |e| Failure::unavailable(format!("serve: wanted threads to work in, found: {e}"));
    let log = Log::start(!quiet).map_err(no_threads)?;
    let told = log.clone();
    contain::tell_places_of_panics(move |place| told.say("panic", [("place", place.into())]));
    let runtime = Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("serving")
        .enable_all()
        .build()
        .map_err(no_threads)?;
    let (said, last) = (log.clone(), log.clone());
    let ready = move |address: SocketAddr| {
        let page = format!("http://{address}/");
        said.say(
            "ready",
            [("listen", address.to_string().into()), ("page", page.into()), ("pid", std::process::id().into())],
        );
    };
    let config = Config { tagger, model: info, gazetteers, limits, token, origins, log };
    let served = runtime.block_on(async {
        let stopped = stopped().map_err(|e| Failure::unavailable(format!("serve: wanted signals, found: {e}")))?;
        let listened = serve::run(config, listen, ready, stopped).await;
        listened.map_err(|e| Failure::unavailable(format!("--listen {listen}: {e}")))
    });
    leave(runtime);
    last.flush();
    served.map(|()| Outcome::Clean)
}

/// What outlived its time is not waited for.
fn leave(runtime: Runtime) {
    runtime.shutdown_background();
}

/// Done at the first SIGTERM or Ctrl-C; at the second the program ends where it stands.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        tokio::spawn(async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            std::process::exit(i32::from(Outcome::Interrupted.status()));
        });
    })
}

#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        tokio::spawn(async {
            let _ = tokio::signal::ctrl_c().await;
            std::process::exit(i32::from(Outcome::Interrupted.status()));
        });
    })
}
