//! When a task counts as running (protocol.md 5.4): either signal will do, whichever comes first.

use crate::error::{Error, Status};
use crate::wire::translation::incoming::{Message, TaskStatus};

/// What a message means to a session that is not ready yet.
#[derive(Debug)]
pub enum Verdict {
    Ready,
    /// Part of the conversation: deliver it in its turn.
    Deliver,
    /// Said only because we asked too early.
    Drop,
    Fail(Error),
}

/// `asked` tells whether a question of ours is open: only then is a missing task no refusal. The first
/// generation always asks; the second waits to be told and asks a silent server only.
pub fn judge(message: &Message<'_>, asked: bool) -> Verdict {
    match message {
        // Any current task will do, whatever its status says.
        Message::TaskInfo { .. } => Verdict::Ready,
        Message::TaskStatus(status) if is_running(status) => Verdict::Ready,
        Message::Error { code, .. } if code == "NOT_FOUND" && asked => Verdict::Drop,
        Message::Error { code, text } => {
            let sentence = format!("the service rejected the task: {code}: {text}");
            Verdict::Fail(Error::new(Status::Task, sentence).with_service_code(code.as_str()))
        }
        _ => Verdict::Deliver,
    }
}

fn is_running(status: &TaskStatus) -> bool {
    status.command == "set_task"
        && status.status == "running"
        && matches!(status.event.as_str(), "started" | "updated" | "unchanged" | "resumed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::translation::incoming::read;

    fn verdict(frame: &str) -> Verdict {
        read(frame.as_bytes(), |message| judge(&message, true)).unwrap().unwrap()
    }

    #[test]
    fn both_generations_signal_readiness() {
        assert!(matches!(verdict(r#"{"message_type":"current_task","data":{}}"#), Verdict::Ready));
        let started = r#"{"message_type":"task_status","data":
            {"command":"set_task","event":"started","task_status":"running"}}"#;
        assert!(matches!(verdict(started), Verdict::Ready));
    }

    #[test]
    fn other_acknowledgements_are_not_readiness() {
        for (command, event, status) in [
            ("set_task", "started", "paused"),
            ("pause_task", "paused", "paused"),
            ("tts_task", "queued", "running"),
        ] {
            let frame = format!(
                r#"{{"message_type":"task_status","data":
                {{"command":"{command}","event":"{event}","task_status":"{status}"}}}}"#
            );
            assert!(matches!(verdict(&frame), Verdict::Deliver), "{frame}");
        }
    }

    #[test]
    fn not_found_unasked_is_a_refusal() {
        let frame = r#"{"message_type":"error","data":{"code":"NOT_FOUND"}}"#;
        let verdict = read(frame.as_bytes(), |message| judge(&message, false)).unwrap().unwrap();
        assert!(matches!(verdict, Verdict::Fail(error) if error.service_code == "NOT_FOUND"));
    }

    #[test]
    fn not_found_means_keep_asking_and_other_errors_end_it() {
        let error = |code| format!(r#"{{"message_type":"error","data":{{"code":"{code}","desc":"why"}}}}"#);
        assert!(matches!(verdict(&error("NOT_FOUND")), Verdict::Drop));
        let Verdict::Fail(error) = verdict(&error("VALIDATION_ERROR")) else { panic!() };
        assert_eq!((error.status, error.service_code.as_str()), (Status::Task, "VALIDATION_ERROR"));
        assert!(error.text.contains("why"));
    }
}
