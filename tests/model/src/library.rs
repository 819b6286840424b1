//! The library's thread, as far as models need it: it makes the calls that are owed, one after the other.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::run::execution;
use crate::runtime::callbacks::Call;

struct Owed {
    of: usize,
    calls: VecDeque<Arc<dyn Call>>,
    is_over: bool,
}

static OWED: Mutex<Owed> = Mutex::new(Rank::Owed, Owed { of: 0, calls: VecDeque::new(), is_over: false });
static CHANGED: Condvar = Condvar::new();

impl Owed {
    /// An execution that failed has left something.
    fn of_now(&mut self) -> &mut Owed {
        if self.of != execution() {
            *self = Owed { of: execution(), calls: VecDeque::new(), is_over: false };
        }
        self
    }
}

pub(crate) fn add(what: Arc<dyn Call>) {
    lock(&OWED).of_now().calls.push_back(what);
    CHANGED.notify_one();
}

/// Makes the calls until `end` was called and none is owed.
pub(crate) fn serve() {
    loop {
        let call = {
            let mut owed = lock(&OWED);
            loop {
                if let Some(call) = owed.of_now().calls.pop_front() {
                    break call;
                }
                if owed.is_over {
                    return;
                }
                owed = CHANGED.wait(owed);
            }
        };
        call.call();
    }
}

pub(crate) fn end() {
    lock(&OWED).of_now().is_over = true;
    CHANGED.notify_one();
}
