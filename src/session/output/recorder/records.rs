//! What writes a file while it is recorded.

use std::path::PathBuf;
use std::sync::Arc;

use super::end::End;
use crate::runtime::JobGuard;

pub(crate) trait Records: Send + 'static {
    /// Begins to create the file, in the background.
    fn create_file(&self, path: PathBuf);

    /// Takes what was played and writes what is complete on all sides. Called every 10 ms.
    fn tick(&mut self);

    /// Completes the file in the background.
    fn stop(self, job: JobGuard);

    fn end(&self) -> &Arc<End>;
}
