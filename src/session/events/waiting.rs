//! The events that wait: one queue for each class, so that the next one to drop is found at once, however many wait.

use std::collections::VecDeque;

use crate::event::{Event, EventKind, flag};

/// Number of events in one block. Each class keeps one.
const BLOCK: usize = 4;
const CLASSES: usize = 4;

/// In the order in which they are dropped when a limit is exceeded.
#[derive(Clone, Copy)]
enum Class {
    /// A newer event replaces the information of an older one.
    Growing,
    Raw,
    Audio,
    Rest,
}

impl Class {
    fn of(event: &Event) -> Class {
        match event.kind {
            EventKind::Transcript if !event.is(flag::FINAL) => Class::Growing,
            EventKind::Raw | EventKind::Log => Class::Raw,
            EventKind::Audio => Class::Audio,
            _ => Class::Rest,
        }
    }
}

#[derive(Default)]
pub(super) struct Waiting {
    lines: [Line; CLASSES],
    arrived: u64,
    pub events: usize,
    pub bytes: usize,
    pub frames: u64,
}

/// First in, first out. Stored in blocks: growing moves nothing, and many events leave no unused memory behind.
#[derive(Default)]
struct Line(VecDeque<Block>);

type Block = VecDeque<Stamped>;

struct Stamped {
    /// Merges the classes in the order of arrival.
    stamp: u64,
    event: Event,
}

/// Memory for one more event, allocated outside the lock under which a line is filled, and what was replaced there.
#[derive(Default)]
pub(super) struct Room {
    block: Option<Block>,
    blocks: Option<VecDeque<Block>>,
}

/// What a push lacks.
pub(super) struct Lack {
    /// Space for this many blocks, unless the line has enough.
    blocks: Option<usize>,
}

impl Room {
    pub(super) fn make(&mut self, lack: &Lack) {
        self.block = Some(Block::with_capacity(BLOCK));
        self.blocks = lack.blocks.map(VecDeque::with_capacity);
    }
}

/// An event that was taken out. It must be opened or dropped outside the lock: it may be the last owner of its block.
pub(super) struct Taken {
    event: Event,
    _emptied: Option<Block>,
}

impl Taken {
    pub(super) fn open(self) -> Event {
        self.event
    }

    pub(super) fn frames(&self) -> u64 {
        self.event.pcm_frames()
    }
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.events == 0
    }

    /// Allocates nothing: without memory, here or in `room`, returns the event and says what is missing.
    pub(super) fn push(&mut self, event: Event, room: &mut Room) -> Option<(Event, Lack)> {
        let line = &mut self.lines[Class::of(&event) as usize];
        if let Err(lack) = line.take_room(room) {
            return Some((event, lack));
        }
        self.events += 1;
        self.bytes += event.size_bytes();
        self.frames += event.pcm_frames();
        self.arrived += 1;
        line.push(Stamped { stamp: self.arrived, event });
        None
    }

    /// The oldest event of all classes.
    pub(super) fn take(&mut self) -> Option<Taken> {
        let stamps = self.lines.iter().enumerate().filter_map(|(place, line)| Some((line.stamp()?, place)));
        let (_, oldest) = stamps.min()?;
        self.take_from(oldest)
    }

    /// The oldest event of the class that is dropped first.
    pub(super) fn shed(&mut self) -> Option<Taken> {
        let least = self.lines.iter().position(|line| line.stamp().is_some())?;
        self.take_from(least)
    }

    fn take_from(&mut self, place: usize) -> Option<Taken> {
        let taken = self.lines[place].take()?;
        self.events -= 1;
        self.bytes -= taken.event.size_bytes();
        self.frames -= taken.event.pcm_frames();
        Some(taken)
    }
}

impl Line {
    fn stamp(&self) -> Option<u64> {
        self.0.front()?.front().map(|first| first.stamp)
    }

    /// Ensures that the last block is not full.
    fn take_room(&mut self, room: &mut Room) -> Result<(), Lack> {
        if self.0.back().is_some_and(|block| block.len() < BLOCK) {
            return Ok(());
        }
        if self.0.len() == self.0.capacity() {
            let larger = room.blocks.as_mut().filter(|blocks| blocks.capacity() > self.0.len());
            let larger = larger.ok_or(Lack { blocks: Some((2 * self.0.len()).max(4)) })?;
            larger.append(&mut self.0);
            std::mem::swap(larger, &mut self.0);
        }
        self.0.push_back(room.block.take().ok_or(Lack { blocks: None })?);
        Ok(())
    }

    fn push(&mut self, event: Stamped) {
        if let Some(block) = self.0.back_mut() {
            block.push_back(event);
        }
    }

    fn take(&mut self) -> Option<Taken> {
        let first = self.0.front_mut()?;
        let event = first.pop_front()?.event;
        // The last block stays for the next events.
        let is_spent = first.is_empty() && self.0.len() > 1;
        let _emptied = if is_spent { self.0.pop_front() } else { None };
        Some(Taken { event, _emptied })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(waiting: &mut Waiting, event: Event) {
        let mut room = Room::default();
        let mut next = Some(event);
        while let Some(event) = next.take() {
            if let Some((event, lack)) = waiting.push(event, &mut room) {
                room.make(&lack);
                next = Some(event);
            }
        }
    }

    fn numbered(kind: EventKind, number: u64) -> Event {
        Event { phrase: number, ..Event::new(kind) }
    }

    fn kinds(waiting: &mut Waiting, next: impl Fn(&mut Waiting) -> Option<Taken>) -> Vec<(EventKind, u64)> {
        std::iter::from_fn(|| next(waiting))
            .map(Taken::open)
            .map(|event| (event.kind, event.phrase))
            .collect()
    }

    fn mixed() -> (Waiting, Vec<(EventKind, u64)>) {
        let mut waiting = Waiting::default();
        let mut pushed = Vec::new();
        for number in 0..100 {
            let kind = [EventKind::Transcript, EventKind::Error, EventKind::Audio, EventKind::Raw]
                [(number as usize * 7 + number as usize / 5) % 4];
            push(&mut waiting, numbered(kind, number));
            pushed.push((kind, number));
        }
        (waiting, pushed)
    }

    #[test]
    fn the_lines_merge_in_the_order_of_arrival() {
        let (mut waiting, pushed) = mixed();
        assert_eq!(waiting.events, 100);
        assert_eq!(kinds(&mut waiting, Waiting::take), pushed);
        assert_eq!((waiting.events, waiting.bytes, waiting.frames), (0, 0, 0));
    }

    #[test]
    fn what_is_shed_is_the_oldest_of_the_least_missed() {
        let (mut waiting, pushed) = mixed();
        let mut expected = Vec::new();
        for class in [EventKind::Transcript, EventKind::Raw, EventKind::Audio, EventKind::Error] {
            expected.extend(pushed.iter().filter(|(kind, _)| *kind == class).copied());
        }
        assert_eq!(kinds(&mut waiting, Waiting::shed), expected);
        assert!(waiting.is_empty());
    }

    #[test]
    fn what_was_taken_leaves_one_block_behind() {
        let mut waiting = Waiting::default();
        for number in 0..10_000 {
            push(&mut waiting, numbered(EventKind::Error, number));
        }
        while waiting.take().is_some() {}
        assert_eq!(waiting.lines[Class::Rest as usize].0.len(), 1);
    }
}
