//! Does the steps of a behaviour on one connection, of the simulation or of the system.

use std::io;
use std::time::Duration;

use palabra_devserver::conn::Foreign;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::list::Step;

/// A connection as the service has it.
pub trait Wire: Foreign {
    /// The other end is closed, as far as that can be known without reading.
    fn is_left(&self) -> bool;
}

/// Whether the connection remains.
type Going = io::Result<bool>;

pub async fn act(steps: &[Step], mut io: impl Wire) {
    for step in steps {
        if !matches!(one(step, &mut io).await, Ok(true)) {
            return;
        }
    }
    let _ = listen(&mut io, None).await;
}

async fn one(step: &Step, io: &mut impl Wire) -> Going {
    let ms = Duration::from_millis;
    match step {
        Step::Reply(lines) => {
            let accept = accept(&request(io).await?);
            let reply = format!("HTTP/1.1 {}", lines.replace("{accept}", &accept));
            io.write_all(reply.as_bytes()).await?;
        }
        Step::Hear => return Ok(io.read(&mut [0; 4096]).await? > 0),
        Step::Say(bytes) => io.write_all(bytes).await?,
        Step::Drip(bytes, wait) => {
            for byte in bytes {
                io.write_all(&[*byte]).await?;
                sleep(ms(*wait)).await;
            }
        }
        Step::Listen(time) => return listen(io, Some(Instant::now() + ms(*time))).await,
        Step::Chatter(bytes, wait) => {
            while listen(io, Some(Instant::now() + ms(*wait))).await? {
                io.write_all(bytes).await?;
            }
            return Ok(false);
        }
        Step::Flood(bytes, wait) => loop {
            io.write_all(bytes).await?;
            sleep(ms(*wait)).await;
        },
        Step::Ignore(time) => {
            // Until the other end is gone, which a write tells.
            let end = Instant::now() + ms(*time);
            while Instant::now() < end && !io.is_left() {
                sleep(ms(100)).await;
            }
        }
        Step::Shut => io.shutdown().await?,
        Step::Reset => {
            io.reset();
            return Ok(false);
        }
        Step::Leave => return Ok(false),
    }
    Ok(true)
}

/// Reads everything until a moment. Returns whether more can come.
async fn listen(io: &mut impl Wire, until: Option<Instant>) -> Going {
    let until = until.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
    let mut buffer = [0; 4096];
    while let Ok(read) = timeout_at(until, io.read(&mut buffer)).await {
        if read? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The head of the request.
pub async fn request(io: &mut impl Wire) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(io.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn accept(head: &str) -> String {
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| value.trim())
    });
    derive_accept_key(key.unwrap_or_default().as_bytes())
}
