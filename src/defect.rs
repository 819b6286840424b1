//! What a defect does in a build with debug assertions: it ends the process. A panic would be caught where tasks and entry
//! points are, and a test would pass.

use std::io::Write;

/// Ends the process and says why. A simulation notes panics by itself.
pub(crate) fn end(defect: &str) -> ! {
    if cfg!(feature = "sim") {
        panic!("{defect}");
    }
    // What a macro prints is kept by the test that runs, and lost with it.
    let _ = writeln!(std::io::stderr(), "{defect}\n{}", std::backtrace::Backtrace::force_capture());
    std::process::abort()
}
