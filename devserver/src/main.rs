//! Starts the server, prints where it listens, and ends it on a signal.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use palabra_devserver::cli::Args;
use palabra_devserver::server::{self, Running};
use palabra_devserver::time;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr().lock(), "palabra-devserver: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), String> {
    let time_scale = args.time_scale();
    let config = args.into_config()?;
    if time_scale > 1.0 {
        time::run_faster(time_scale);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("cannot start the runtime: {e}"))?;
    runtime.block_on(async {
        // The handlers are installed before the address is printed, so that an early signal is not missed.
        let end = end_signal()?;
        let running = server::start(config).await?;
        announce(&running)?;
        end.await;
        running.stop().await;
        Ok(())
    })
}

fn announce(running: &Running) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", running.announcement()).and_then(|()| out.flush()).map_err(|e| format!("stdout: {e}"))
}

#[cfg(unix)]
fn end_signal() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let error = |e: std::io::Error| format!("cannot listen for signals: {e}");
    let mut interrupt = signal(SignalKind::interrupt()).map_err(error)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(error)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn end_signal() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
