//! When a task counts as running (protocol.md 5.4).

use crate::error::{Error, Status};
use crate::wire::translation::dialect::Dialect;
use crate::wire::translation::incoming::{Message, TaskStatus};

/// Meaning of a message for a session that is not ready yet.
#[derive(Debug)]
pub(super) enum Verdict {
    Ready,
    /// Part of the conversation: must be delivered in order.
    Deliver,
    /// Sent only because the session asked too early.
    Drop,
    Fail(Error),
}

/// The first generation polls: any `current_task` counts, whatever its status. A missing task is not a refusal. Neither is
/// that of a poll (`is_polling`: one has no answer yet) which came too soon after the one before, because something held
/// both up.
/// The second generation is told: only the acknowledgement of its task counts.
pub(super) fn judge(message: &Message<'_>, dialect: Dialect, is_polling: bool) -> Verdict {
    match message {
        Message::TaskInfo { .. } if dialect == Dialect::V1 => Verdict::Ready,
        Message::TaskStatus(status) if is_running(status) => Verdict::Ready,
        Message::Error { code, .. } if dialect == Dialect::V1 && is_about_a_poll(code, is_polling) => {
            Verdict::Drop
        }
        Message::Error { code, text } => {
            let sentence = format!("the service rejected the task: {code}: {text}");
            Verdict::Fail(Error::new(Status::Task, sentence).with_service_code(code.as_str()))
        }
        _ => Verdict::Deliver,
    }
}

fn is_about_a_poll(code: &str, is_polling: bool) -> bool {
    code == "NOT_FOUND" || code == "RATE_LIMIT_EXCEEDED" && is_polling
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
        by(Dialect::V1, frame)
    }

    fn by(dialect: Dialect, frame: &str) -> Verdict {
        read(frame.as_bytes(), |message| judge(&message, dialect, true)).unwrap()
    }

    #[test]
    fn an_acknowledged_task_is_ready_and_a_current_one_where_it_was_asked_for() {
        let started = r#"{"message_type":"task_status","data":
            {"command":"set_task","event":"started","task_status":"running"}}"#;
        let current = r#"{"message_type":"current_task","data":{"task_status":"running"}}"#;
        assert!(matches!(by(Dialect::V1, started), Verdict::Ready));
        assert!(matches!(by(Dialect::V2, started), Verdict::Ready));
        assert!(matches!(by(Dialect::V1, current), Verdict::Ready));
        assert!(matches!(by(Dialect::V2, current), Verdict::Deliver));
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
    fn what_refuses_a_poll_is_a_refusal_for_those_who_do_not_ask() {
        for code in ["NOT_FOUND", "RATE_LIMIT_EXCEEDED"] {
            let frame = format!(r#"{{"message_type":"error","data":{{"code":"{code}"}}}}"#);
            assert!(matches!(by(Dialect::V2, &frame), Verdict::Fail(error) if error.service_code == code));
        }
    }

    #[test]
    fn what_refuses_a_poll_means_keep_asking_and_other_errors_end_it() {
        let error = |code| format!(r#"{{"message_type":"error","data":{{"code":"{code}","desc":"why"}}}}"#);
        assert!(matches!(verdict(&error("NOT_FOUND")), Verdict::Drop));
        assert!(matches!(verdict(&error("RATE_LIMIT_EXCEEDED")), Verdict::Drop));
        // Nobody has asked yet: it is the task that is refused.
        let first = error("RATE_LIMIT_EXCEEDED");
        let unasked = read(first.as_bytes(), |message| judge(&message, Dialect::V1, false)).unwrap();
        assert!(matches!(unasked, Verdict::Fail(error) if error.service_code == "RATE_LIMIT_EXCEEDED"));
        let Verdict::Fail(error) = verdict(&error("VALIDATION_ERROR")) else { panic!() };
        assert_eq!((error.status, error.service_code.as_str()), (Status::Task, "VALIDATION_ERROR"));
        assert!(error.text.contains("why"));
    }
}
