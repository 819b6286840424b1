//! The floating point environment. The library computes in the default one: round to nearest, no traps, no flushing
//! of denormal numbers. Every call restores the environment of the caller, flags included.
//!
//! Some hosts have another environment: Free Pascal, Delphi and C++Builder trap invalid operations and divisions by
//! zero, audio engines flush denormal numbers to zero. Compiled code may raise any flag, also where its result does
//! not depend on the operation.

use std::cell::Cell;

use arch::State;

/// The environment that the calling thread had. Restored on drop.
///
/// While this value lives, code on this thread computes in the default environment. The computation must be in a
/// function of its own that is never inlined, because the compiler does not order arithmetic relative to this value.
struct Defaults {
    host: State,
}

thread_local! {
    /// The environment for callbacks of the host; `None` outside the library.
    static HOST: Cell<Option<State>> = const { Cell::new(None) };
}

/// Runs a call of the host in the default environment.
pub fn isolated<R>(call: impl FnOnce() -> R) -> R {
    let mut defaults = Defaults::enter();
    let outer = HOST.replace(Some(defaults.host));
    let result = apart(call);
    if let Some(host) = HOST.replace(outer) {
        defaults.host = host;
    }
    result
}

/// As [`isolated`], for audio threads, where the first use of a thread-local could allocate. `run` must not call
/// back.
pub fn isolated_audio<R>(call: impl FnOnce() -> R) -> R {
    let _defaults = Defaults::enter();
    apart(call)
}

/// Runs a callback of the host in the host's environment, whether it is called inside a call of this thread or on a
/// thread of the library.
pub fn as_host<R>(callback: impl FnOnce() -> R) -> R {
    let Some(host) = HOST.get() else { return isolated_audio(callback) };
    host.restore();
    let result = apart(callback);
    // The host keeps what its callback changed.
    HOST.set(Some(State::save_and_default()));
    result
}

/// Gives the calling thread, one of the library's, the default environment.
pub fn set_default() {
    State::save_and_default();
}

#[inline(never)]
fn apart<R>(call: impl FnOnce() -> R) -> R {
    call()
}

impl Defaults {
    fn enter() -> Defaults {
        Defaults { host: State::save_and_default() }
    }
}

impl Drop for Defaults {
    fn drop(&mut self) {
        self.host.restore();
    }
}

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
mod arch {
    use std::arch::asm;

    const SSE_FLAGS: u32 = 0x3f;
    const SSE_DEFAULT: u32 = 0x1f80;
    const X87_FLAGS: u32 = 0x3f;
    /// Windows uses a precision of 53 bits.
    const X87_DEFAULT: u16 = if cfg!(windows) { 0x027f } else { 0x037f };

    /// Control word, status word and five words that are not used, as `fnstenv` stores them.
    type X87 = [u32; 7];

    #[derive(Clone, Copy)]
    pub(super) struct State {
        sse: u32,
        /// The whole environment; `None` when the control word is the default one.
        x87: Option<X87>,
        x87_flags: u32,
    }

    impl State {
        #[inline]
        pub(super) fn save_and_default() -> State {
            let sse = sse();
            if sse & !SSE_FLAGS != SSE_DEFAULT {
                set_sse(SSE_DEFAULT);
            }
            let x87 = (x87_control() != X87_DEFAULT).then(|| {
                let before = take_x87();
                set_x87(&with_flags(before, 0));
                before
            });
            State { sse, x87, x87_flags: x87_flags() }
        }

        #[inline]
        pub(super) fn restore(&self) {
            if sse() != self.sse {
                set_sse(self.sse);
            }
            if let Some(x87) = &self.x87 {
                set_x87(x87);
            } else if x87_flags() != self.x87_flags {
                set_x87(&with_flags(take_x87(), self.x87_flags));
            }
        }
    }

    #[inline]
    fn sse() -> u32 {
        let mut word = 0u32;
        // SAFETY: writes four bytes there.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
        word
    }

    #[inline]
    fn set_sse(word: u32) {
        // SAFETY: reads four bytes there, a value of this register or the default one. Between this module's two
        // calls the register is as the compiler takes it to be, and outside them as the host wants it.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack)) };
    }

    #[inline]
    fn x87_control() -> u16 {
        let mut word = 0u16;
        // SAFETY: writes two bytes there, and raises no pending exception.
        unsafe { asm!("fnstcw [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
        word
    }

    #[inline]
    fn x87_flags() -> u32 {
        let word: u16;
        // SAFETY: writes AX, and raises no pending exception.
        unsafe { asm!("fnstsw ax", out("ax") word, options(nomem, nostack, preserves_flags)) };
        u32::from(word) & X87_FLAGS
    }

    /// The default control word with these flags, without a pending exception.
    fn with_flags(mut all: X87, flags: u32) -> X87 {
        const SUMMARIES: u32 = 0x80c0;
        all[0] = X87_DEFAULT.into();
        all[1] = all[1] & !(X87_FLAGS | SUMMARIES) | flags;
        all
    }

    /// Masks all exceptions.
    #[cold]
    fn take_x87() -> X87 {
        let mut all = [0; 7];
        // SAFETY: writes 28 bytes there, and raises no pending exception.
        unsafe { asm!("fnstenv [{}]", in(reg) &raw mut all, options(nostack)) };
        all
    }

    #[cold]
    fn set_x87(all: &X87) {
        // SAFETY: reads 28 bytes there. No exception is pending, for `take_x87` came before; the stack of registers
        // is empty at every call, then as now. As to the control word see `set_sse`.
        unsafe { asm!("fldenv [{}]", in(reg) std::ptr::from_ref(all), options(nostack)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod arch {
    use std::arch::asm;

    #[derive(Clone, Copy)]
    pub(super) struct State {
        control: u64,
        flags: u64,
    }

    impl State {
        #[inline]
        pub(super) fn save_and_default() -> State {
            let state = State::now();
            if state.control != 0 {
                set_control(0);
            }
            state
        }

        #[inline]
        pub(super) fn restore(&self) {
            let now = State::now();
            if now.flags != self.flags {
                // SAFETY: a value of this register.
                unsafe { asm!("msr fpsr, {}", in(reg) self.flags, options(nomem, nostack)) };
            }
            if now.control != self.control {
                set_control(self.control);
            }
        }

        #[inline]
        fn now() -> State {
            let (control, flags);
            // SAFETY: reads two registers.
            unsafe {
                asm!("mrs {}, fpcr", "mrs {}, fpsr", out(reg) control, out(reg) flags,
                    options(nomem, nostack, preserves_flags));
            }
            State { control, flags }
        }
    }

    fn set_control(control: u64) {
        // SAFETY: a value of this register or the default one. Between this module's two calls the register is as
        // the compiler takes it to be, and outside them as the host wants it.
        unsafe { asm!("msr fpcr, {}", in(reg) control, options(nomem, nostack)) };
    }
}

#[cfg(all(target_arch = "arm", target_abi = "eabihf"))]
mod arch {
    use std::arch::asm;

    /// Rounding, denormal numbers, traps.
    const MODES: u32 = 0x03c0_9f00;

    /// Modes and flags are one register.
    #[derive(Clone, Copy)]
    pub(super) struct State(u32);

    impl State {
        #[inline]
        pub(super) fn save_and_default() -> State {
            let state = State::now();
            if state.0 & MODES != 0 {
                set(state.0 & !MODES);
            }
            state
        }

        #[inline]
        pub(super) fn restore(&self) {
            if State::now().0 != self.0 {
                set(self.0);
            }
        }

        #[inline]
        fn now() -> State {
            let word;
            // SAFETY: reads a register.
            unsafe { asm!("vmrs {}, fpscr", out(reg) word, options(nomem, nostack, preserves_flags)) };
            State(word)
        }
    }

    fn set(word: u32) {
        // SAFETY: a value of this register, with the default modes or those of the host: see that of aarch64.
        unsafe { asm!("vmsr fpscr, {}", in(reg) word, options(nomem, nostack)) };
    }
}

#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "x86",
    target_arch = "aarch64",
    all(target_arch = "arm", target_abi = "eabihf")
)))]
mod arch {
    #[derive(Clone, Copy)]
    pub(super) struct State;

    impl State {
        pub(super) fn save_and_default() -> State {
            State
        }

        pub(super) fn restore(&self) {}
    }
}
