//! One cloned voice: made from one uploaded sample, usable after a while (protocol.md 10).

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::HeaderValue;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::time;

pub struct Voice {
    pub id: String,
    /// The upload that it waits for.
    pub item: String,
    pub policy: String,
    pub name: String,
    pub language: String,
    pub description: Option<String>,
    pub labels: Value,
    pub delay: Duration,
    pub fails: bool,
    /// Refuses the upload with this status and `Retry-After`.
    pub upload_refusal: Option<(StatusCode, Option<HeaderValue>)>,
    pub sample: Option<Sample>,
}

pub struct Sample {
    pub at: Instant,
    pub filename: Option<String>,
    pub mime_type: Option<String>,
    pub bytes: usize,
    pub crc32: u32,
}

impl Voice {
    /// `created` until the upload, then `pending`, then `ready` or `failed`.
    pub fn status(&self) -> &'static str {
        match &self.sample {
            None => "created",
            Some(sample) if time::since(sample.at) < self.delay => "pending",
            Some(sample) if self.fails || sample.bytes == 0 => "failed",
            Some(_) => "ready",
        }
    }

    pub fn object(&self) -> Value {
        let status = self.status();
        let errors = if status == "failed" {
            json!([{"type": "about:blank", "title": "Sample refused", "detail": "the sample holds no speech"}])
        } else {
            json!([])
        };
        json!({
            "voice_id": self.id,
            "name": self.name,
            "processing_status": status,
            "lang_code": self.language,
            "description": self.description,
            "voice_type": "instantly_cloned",
            "labels": self.labels,
            "processing_result": {"errors": errors, "warnings": []},
        })
    }

    pub fn upload_report(&self) -> Option<Value> {
        let sample = self.sample.as_ref()?;
        Some(json!({
            "voice_id": self.id,
            "filename": sample.filename,
            "mime_type": sample.mime_type,
            "bytes": sample.bytes,
            "crc32": sample.crc32,
        }))
    }

    pub fn form_data(&self) -> Value {
        json!({"key": format!("voices/{}", self.id), "policy": self.policy})
    }
}
