//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;

use crate::auth::Rule;
use crate::config::{Config, Delivery};
use crate::deflate::Compression;
use crate::dialect::Dialect;
use crate::engine::local::{self, Local};
use crate::engine::script::Script;
use crate::engine::{Kind, Source};
use crate::faults::{self, Faults};
use crate::limits::TextRate;
use crate::line::Line;
use crate::record::Recorder;
use crate::replay::Recorded;

/// A local server that imitates Palabra's hosted service: the WebSockets for translation, text-to-speech and
/// speech-to-text, and the REST calls for sessions, voices and glossaries.
///
/// When it listens, it prints one JSON line: {"port", "api_url", "ws_url", "ws_stt_url", "ws_tts_url", "pid"}. Give
/// api_url to a client together with any client id and secret, or with any API key for voices and glossaries; or one
/// of the other addresses together with any token that starts with "dev". GET /devserver/sessions reports what happened
/// in each session, GET /devserver/uploads each voice sample. SIGINT or SIGTERM end it.
#[derive(Parser, Debug)]
#[command(name = "palabra-devserver", version, after_help = faults::help())]
pub struct Args {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port to listen on; 0 takes a free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Serve https and wss with this certificate chain
    #[arg(long, value_name = "PEM", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// What makes the answers: loopback cuts the audio into phrases, transcribes each as its number and length and repeats its audio in every target; script follows a file (with both, text-to-speech is a buzz); local recognises, translates and speaks with programs on this machine (tools/install.sh local installs them)
    #[arg(long, value_name = "NAME", default_value = "loopback")]
    engine: Kind,
    /// File with the messages of the engine script and their times (see examples/script.json)
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// When speech is sent: burst (a phrase at once, text-to-speech at 20 times real time) or paced (each chunk when it is due for playback)
    #[arg(long, value_name = "NAME", default_value = "burst")]
    delivery: Delivery,
    /// What a client that offers compression (permessage-deflate) is answered: none (declined), message (each message is compressed by itself) or stream (each refers to what came before)
    #[arg(long, value_name = "NAME", default_value = "none")]
    compression: Compression,
    /// Accept commands, texts, connections and audio at any rate (otherwise the service's limits apply)
    #[arg(long)]
    no_rate_limits: bool,
    /// New connections of a token in a minute, for translation and for text-to-speech each
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    connections_per_minute: u32,
    /// Streams of speech-to-text that an account may have open at a time; without it any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    stt_streams: Option<u32>,
    /// Texts of text-to-speech in a second, of a token or account over all its streams (20/identity), or of each stream (50/stream)
    #[arg(long, value_name = "N/WHOSE", default_value = "20/identity")]
    text_rate: TextRate,
    /// How much earlier than the limits allow a command may arrive, because networks and busy machines shorten intervals
    #[arg(long, value_name = "MS", default_value_t = 150)]
    rate_jitter_ms: u64,
    /// Generation of clients: superset, strict-v1 (with 256 characters per text instead of 1024) or strict-v2
    #[arg(long, value_name = "NAME", default_value = "superset")]
    dialect: Dialect,
    /// Admit only this client id and secret (repeatable; without it all are admitted)
    #[arg(long, value_name = "ID:SECRET", value_parser = pair)]
    accept: Vec<(String, String)>,
    /// Admit this token or key without a REST session (repeatable)
    #[arg(long, value_name = "TOKEN")]
    token: Vec<String>,
    /// Time between an accepted task and its start
    #[arg(long, value_name = "MS", default_value_t = 300)]
    start_delay_ms: u64,
    /// Time without audio after which a translation or a transcription is closed
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    idle_timeout_ms: u64,
    /// How many times faster than the system's the service's time runs: its limits, timeouts and dates, not the connection's; not with --engine local
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = scale)]
    time_scale: f64,
    /// Fault for all sessions (repeatable; see below)
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = fault)]
    fault: Vec<String>,
    /// Delay every byte of every connection by so much, each way
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u32,
    /// Most that is added to the delay at random; bytes arrive in order nevertheless
    #[arg(long, value_name = "MS", default_value_t = 0)]
    jitter: u32,
    /// Rate of every connection in kbit/s, each way; without it that of the network
    #[arg(long, value_name = "KBIT/S", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    rate: Option<u32>,
    /// Write every message of every stream to this file, without tokens; it contains what was said
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Streams say what those of this file said, which --record wrote: the first one of a product what its first one said
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// Write one line per request and message to stderr
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    local: LocalArgs,
}

// Options of --engine local. (Not a doc comment: that would become part of the help.)
#[derive(clap::Args, Debug)]
#[command(
    next_help_heading = "Engine local (commands are split on white space, without quoting; see devserver/stages/README.md)"
)]
struct LocalArgs {
    /// Program that turns 16 kHz audio into text (otherwise moonshine-voice in the folder of --local-tools: English)
    #[arg(long, value_name = "CMD")]
    recogniser: Option<String>,
    /// Program that translates its input; {source} and {target} become ISO 639-3 codes (otherwise apertium -u {source}-{target})
    #[arg(long, value_name = "CMD")]
    translator: Option<String>,
    /// Program that speaks its input as WAV; {voice} and {speed} become an espeak-ng voice and words per minute (otherwise espeak-ng -v {voice} -s {speed} --stdin --stdout)
    #[arg(long, value_name = "CMD")]
    speech: Option<String>,
    /// Translations and transcriptions at a time; each has its own recogniser (about 200 MB with moonshine-voice), and further ones are refused with SERVICE_UNAVAILABLE
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    local_sessions: u16,
    /// Folder of the Python venv with moonshine-voice
    #[arg(long, value_name = "DIR", default_value = "build/tools/local")]
    local_tools: PathBuf,
    /// Let Whisper decide what complete lines of English say, after moonshine-voice: some lines get better and others worse, each costs about a quarter of a second of a processor, and 250 MB
    #[arg(long)]
    check_english: bool,
    /// Time without an answer after which a program counts as failed, which ends its session
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    local_patience_ms: u64,
}

impl LocalArgs {
    fn source(self) -> Result<Source, String> {
        let options = local::Options {
            recogniser: self.recogniser,
            translator: self.translator,
            speech: self.speech,
            sessions: self.local_sessions.into(),
            tools: self.local_tools,
            check_english: self.check_english,
            patience: Duration::from_millis(self.local_patience_ms),
        };
        Local::new(&options).map(|local| Source::Local(Arc::new(local)))
    }

    fn has_command(&self) -> bool {
        self.recogniser.is_some() || self.translator.is_some() || self.speech.is_some() || self.check_english
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((id, secret)) if !id.is_empty() && !secret.is_empty() => Ok((id.to_owned(), secret.to_owned())),
        _ => Err("expected ID:SECRET, neither of them empty".to_owned()),
    }
}

fn scale(text: &str) -> Result<f64, String> {
    let found = text.parse().ok().filter(|scale| (1.0..=100_000.0).contains(scale));
    found.ok_or_else(|| "expected a number from 1 to 100000".to_owned())
}

fn fault(text: &str) -> Result<String, String> {
    Faults::default().add(text).map(|()| text.to_owned())
}

fn source(engine: Kind, script: Option<PathBuf>, local: LocalArgs) -> Result<Source, String> {
    if engine != Kind::Local && local.has_command() {
        return Err("--recogniser, --translator, --speech and --check-english need --engine local".to_owned());
    }
    match (engine, script) {
        (Kind::Local, None) => local.source(),
        (Kind::Loopback, None) => Ok(Source::Loopback),
        (Kind::Script, Some(file)) => Script::load(&file).map(|script| Source::Script(Arc::new(script))),
        (Kind::Script, None) => Err("--engine script needs --script FILE".to_owned()),
        (Kind::Loopback | Kind::Local, Some(_)) => Err("--script needs --engine script".to_owned()),
    }
}

impl Args {
    /// 1: as the system's.
    pub fn time_scale(&self) -> f64 {
        self.time_scale
    }

    pub fn into_config(self) -> Result<Config, String> {
        if self.time_scale > 1.0 && self.engine == Kind::Local {
            return Err("--engine local works at its programs' pace, without --time-scale".to_owned());
        }
        let mut faults = Faults::default();
        for item in &self.fault {
            faults.add(item)?;
        }
        Ok(Config {
            host: self.host,
            port: self.port,
            tls: self.tls_cert.zip(self.tls_key),
            engine: source(self.engine, self.script, self.local)?,
            dialect: self.dialect,
            delivery: self.delivery,
            compression: self.compression,
            rate_limits: !self.no_rate_limits,
            connections: self.connections_per_minute as usize,
            stt_streams: self.stt_streams.map(|most| most as usize),
            text_rate: self.text_rate,
            rate_jitter: Duration::from_millis(self.rate_jitter_ms),
            rule: Rule { pairs: self.accept, tokens: self.token },
            start_delay: Duration::from_millis(self.start_delay_ms),
            idle_timeout: Duration::from_millis(self.idle_timeout_ms),
            faults,
            line: Line {
                latency: Duration::from_millis(self.latency.into()),
                jitter: Duration::from_millis(self.jitter.into()),
                // Thousands of bits a second.
                rate: self.rate.map(|rate| rate.saturating_mul(125)),
            },
            recorder: self.record.map(|file| Recorder::create(&file)).transpose()?.map(Arc::new),
            recorded: self.replay.map(|file| Recorded::load(&file)).transpose()?,
            verbose: self.verbose,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_become_a_config() {
        let line = ["x", "--accept", "a:b:c", "--fault", "garbage", "--start-delay-ms", "5", "--port", "9"];
        let config = Args::parse_from(line).into_config().unwrap();
        assert_eq!(config.rule.pairs, [("a".to_owned(), "b:c".to_owned())]);
        assert!(config.faults.garbage);
        assert_eq!((config.port, config.start_delay), (9, Duration::from_millis(5)));
    }

    #[test]
    fn mistakes_are_usage_errors() {
        for line in [
            &["x", "--fault", "nonsense"][..],
            &["x", "--accept", "no-colon"],
            &["x", "--tls-cert", "only"],
            &["x", "--engine", "magic"],
            &["x", "--dialect", "v3"],
            &["x", "--delivery", "slow"],
            &["x", "--compression", "zip"],
        ] {
            assert_eq!(Args::try_parse_from(line).unwrap_err().exit_code(), 2, "{line:?}");
        }
    }

    #[test]
    fn an_engine_and_its_script_belong_together() {
        for (line, part) in [
            (&["x", "--engine", "script"][..], "needs --script"),
            (&["x", "--script", "a.json"], "needs --engine script"),
            (&["x", "--engine", "local", "--script", "a.json"], "needs --engine script"),
            (&["x", "--translator", "cat"], "need --engine local"),
            (&["x", "--check-english"], "need --engine local"),
            (&["x", "--engine", "local", "--check-english", "--recogniser", "cat"], "exclude each other"),
            (&["x", "--engine", "local", "--local-tools", "/nonexistent"], "tools/install.sh local"),
            (&["x", "--engine", "local", "--recogniser", "no-such-program -x"], "no-such-program"),
            (&["x", "--engine", "script", "--script", "none.json"], "none.json"),
        ] {
            let error = Args::parse_from(line).into_config().err().unwrap();
            assert!(error.contains(part), "{error}");
        }
    }
}
