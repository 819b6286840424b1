//! On Windows, whether the library's code stays where it is when its host unloads it.
//!
//! Its threads may outlive `FreeLibrary`, and Rust's standard library never frees the slots of thread-local storage that it
//! takes: a process has 1088. For the shared library on Linux the linker does this (`build.rs`).

/// Keeps the module that contains the library loaded until the process ends. Call it before code that starts threads or takes slots.
#[cfg(windows)]
pub fn keep() {
    use std::sync::Once;
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };

    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        let mut module = std::ptr::null_mut();
        // SAFETY: the address is of this module's code, and names it only; the handle is written to a local variable.
        unsafe {
            GetModuleHandleExW(
                GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                keep as *const () as *const u16,
                &raw mut module,
            );
        }
    });
}

#[cfg(not(windows))]
pub fn keep() {}
