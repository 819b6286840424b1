//! The figures of a call: gathered whenever they are asked for.

use std::time::Duration;

use tokio::time::Instant;

use super::handle::Call;
use super::record::Record;
use super::stats::{CallStats, LinkStats, PartyStats};
use crate::error::Status;
use crate::lock::lock;

impl Call {
    pub fn stats(&self) -> CallStats {
        let (records, parties_before, closed) = {
            let roster = lock(&self.roster);
            (roster.records.clone(), roster.forgotten, roster.closed)
        };
        let name = self.options.name.as_ref().map(|name| name.to_string_lossy().into_owned());
        CallStats {
            name: name.unwrap_or_default(),
            tag: self.options.tag,
            state: self.life.state(),
            status: self.life.error().map_or(Status::Ok, |error| error.status),
            duration: self.since_opened(closed.unwrap_or_else(Instant::now)),
            parties: records.iter().map(|record| self.party(record)).collect(),
            parties_before,
        }
    }

    fn party(&self, record: &Record) -> PartyStats {
        let leg = record.stats();
        let (links, links_before) = record.links();
        PartyStats {
            number: record.number,
            language: record.language.clone(),
            target_language: record.target_language.clone(),
            joined: self.since_opened(record.joined),
            left: record.left().map(|left| self.since_opened(left)),
            leg,
            links: links
                .iter()
                .map(|link| LinkStats {
                    opened: self.since_opened(link.opened),
                    ready: link.ready,
                    ended: link.ended.map(|(at, status)| (self.since_opened(at), status)),
                })
                .collect(),
            links_before,
        }
    }

    fn since_opened(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.opened)
    }
}
