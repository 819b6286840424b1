//! What happens to the world: faults, each of which heals.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::scenario::{Fault, Scenario};
use crate::world::{Condition, Host, World};

pub struct Fate {
    world: Arc<World>,
    scenario: Scenario,
    /// Faults that have not healed, each with its place in the scenario, in the order in which they began.
    lasting: Mutex<Vec<(usize, Fault)>>,
}

impl Fate {
    /// The world is as the scenario wants it from now on.
    pub fn begin(world: &Arc<World>, scenario: &Scenario) {
        let fate =
            Arc::new(Fate { world: world.clone(), scenario: scenario.clone(), lasting: Mutex::default() });
        fate.apply();
        for (place, (at, fault)) in scenario.faults.iter().copied().enumerate() {
            let fate = fate.clone();
            world.executor.spawn(Host::Fate, async move {
                tokio::time::sleep(Duration::from_millis(at)).await;
                fate.happen(place, fault).await;
            });
        }
    }

    fn lasting(&self) -> MutexGuard<'_, Vec<(usize, Fault)>> {
        self.lasting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn happen(&self, place: usize, fault: Fault) {
        let world = &self.world;
        world.trace.note(world.now_us(), "fate", &[1], || format!("{fault:?}"));
        match fault {
            Fault::Reset => world.network.reset_all(),
            Fault::HalfClose => world.network.half_close_all(),
            Fault::Forget(time) => world.network.forget_all(time).await,
            Fault::Freeze(host, time) => world.executor.freeze(host, time),
            Fault::Suspend(time) => self.suspend(time),
            Fault::Cut(time)
            | Fault::Slow(_, time)
            | Fault::Door(_, time)
            | Fault::Names(_, time)
            | Fault::Disk(_, time)
            | Fault::Date(_, time) => {
                self.lasting().push((place, fault));
                self.apply();
                tokio::time::sleep(time).await;
                self.lasting().retain(|(known, _)| *known != place);
                self.apply();
            }
        }
    }

    fn suspend(&self, time: Duration) {
        let callers = (0..self.scenario.programs.len()).map(|number| Host::Caller(number as u32));
        let process = callers.chain([Host::Library, Host::Helpers]);
        process.for_each(|host| self.world.executor.freeze(host, time));
    }

    /// Of lasting faults of one kind the latest counts; what none of them is about is as the scenario has it.
    fn apply(&self) {
        let Fate { world, scenario, .. } = self;
        let (mut line, mut door, mut names) = (scenario.line, scenario.door, scenario.names());
        let (mut disk, mut wrong_by) = (Condition::Sound, 0);
        for (_, fault) in &*self.lasting() {
            match *fault {
                Fault::Cut(_) => line.is_cut = true,
                Fault::Slow(bytes_per_s, _) => line.bytes_per_s = bytes_per_s,
                Fault::Door(other, _) => door = other,
                Fault::Names(other, _) => names = other,
                Fault::Disk(other, _) => disk = other,
                Fault::Date(other, _) => wrong_by = other,
                _ => {}
            }
        }
        world.network.set_line(line);
        world.network.set_door(door);
        world.network.set_names(names);
        world.disk.set(disk);
        world.set_date(wrong_by);
    }
}
