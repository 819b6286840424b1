//! A stage as a running program: its pipes, its latest error output, and its end.

use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;

use super::command::Command;
use super::scratch::Scratch;
use crate::engine::Failure;

/// How much of a program's error output is kept.
const COMPLAINT: usize = 2_000;

/// Time for a program to end by itself.
const FAREWELL: Duration = Duration::from_millis(400);

/// Time in which a program that has closed its pipes ends, and in which its last line is read.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Ends with its whole process group when dropped.
pub struct Stage {
    name: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    complaint: Arc<Mutex<String>>,
    /// Reads what it complains about, until it ends.
    listener: Option<JoinHandle<()>>,
    /// Dropped after the program was killed.
    _scratch: Scratch,
}

impl Stage {
    pub fn start(name: &'static str, command: &Command) -> Result<Self, Failure> {
        let mut starting = tokio::process::Command::new(command.program());
        starting.args(command.arguments()).kill_on_drop(true);
        starting.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The children of a script end with it, and Ctrl-C in a terminal reaches only the devserver.
        #[cfg(unix)]
        starting.process_group(0);
        let cannot =
            |e: std::io::Error| Failure::stage(name, &format!("cannot start {}: {e}", command.program()));
        let scratch = Scratch::make().map_err(cannot)?;
        starting.env("TMPDIR", scratch.path());
        let mut child = starting.spawn().map_err(cannot)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let complaint = Arc::<Mutex<String>>::default();
        let listener = child.stderr.take().map(|stderr| tokio::spawn(listen(stderr, Arc::clone(&complaint))));
        let no_pipe = || Failure::stage(name, "has no pipe");
        Ok(Self {
            name,
            child,
            stdin,
            stdout: stdout.ok_or_else(no_pipe)?,
            complaint,
            listener,
            _scratch: scratch,
        })
    }

    /// What the program reads and writes, for a conversation.
    pub fn pipes(&mut self) -> (Option<&mut ChildStdin>, &mut ChildStdout) {
        (self.stdin.as_mut(), &mut self.stdout)
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Passes on all of the input and returns all of the output of a program that ends quickly.
    pub async fn answer(mut self, input: &[u8], most: usize, patience: Duration) -> Result<Vec<u8>, Failure> {
        let name = self.name;
        let whole = async {
            let mut output = Vec::new();
            let stdin = self.stdin.take();
            // Both at once, so that neither pipe blocks the other.
            let ((), ()) =
                tokio::join!(write_all(stdin, input), read_all(&mut self.stdout, most, &mut output));
            let status = self.child.wait().await.ok();
            (output, status)
        };
        let (output, status) = tokio::time::timeout(patience, whole)
            .await
            .map_err(|_| Failure::stage(name, &format!("gave no answer for {} s", patience.as_secs_f64())))?;
        if output.len() > most {
            return Err(Failure::stage(name, "said more than it can have to say"));
        }
        match status {
            Some(status) if status.success() => Ok(output),
            _ => Err(self.ended(status).await),
        }
    }

    /// Lets the program end by itself, which it does at the end of its input. Kills it if it does not.
    pub async fn end(mut self) {
        self.stdin = None;
        if tokio::time::timeout(FAREWELL, self.child.wait()).await.is_err() {
            self.kill();
            let _ = tokio::time::timeout(FAREWELL, self.child.wait()).await;
        }
    }

    #[cfg(unix)]
    fn kill(&self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    #[cfg(not(unix))]
    fn kill(&mut self) {
        let _ = self.child.start_kill();
    }

    /// Returns why the program ended.
    pub async fn obituary(&mut self) -> Failure {
        // It ends soon when its pipes are closed.
        let status = tokio::time::timeout(LAST_WORDS, self.child.wait()).await;
        self.ended(status.ok().and_then(Result::ok)).await
    }

    async fn ended(&mut self, status: Option<ExitStatus>) -> Failure {
        // Its last line may still be in the pipe; a child that it has started may keep that open.
        if let Some(listener) = self.listener.take() {
            let _ = tokio::time::timeout(LAST_WORDS, listener).await;
        }
        let status = status.map_or_else(|| "closed its output".to_owned(), |s| format!("ended ({s})"));
        let complaint = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
        match complaint.lines().rfind(|line| !line.trim().is_empty()) {
            Some(line) => Failure::stage(self.name, &format!("{status}: {}", line.trim())),
            None => Failure::stage(self.name, &status),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn listen(mut stderr: ChildStderr, complaint: Arc<Mutex<String>>) {
    let mut bytes = [0; 512];
    while let Ok(count @ 1..) = stderr.read(&mut bytes).await {
        let mut kept = complaint.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_str(&String::from_utf8_lossy(&bytes[..count]));
        let excess = kept.len().saturating_sub(COMPLAINT);
        let from = (excess..=kept.len()).find(|at| kept.is_char_boundary(*at)).unwrap_or(0);
        kept.drain(..from);
    }
}

/// A program that does not read reports that by its answer or its end.
async fn write_all(stdin: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(input).await;
        let _ = stdin.flush().await;
    }
}

async fn read_all(stdout: &mut ChildStdout, most: usize, output: &mut Vec<u8>) {
    let _ = stdout.take(most as u64 + 1).read_to_end(output).await;
}
