//! Where the canceller differs from WebRTC's: speech beside an echo is worth more here than the last of the echo.

use sonora_aec3::config::{EchoCanceller3Config, Suppressor, Tuning};

/// What the linear filter leaves of an echo is believed down to this part of its power. The usual limit is a quarter, so the
/// suppressor takes for echo what is speech.
const LEAST_LEFT: f32 = 1.0 / 100.0;
/// Of 4 ms each: 80 ms, as rooms fade longer than the usual 52. A longer filter has not learned a room after 2 s, and begins shorter.
const FILTER_BLOCKS: usize = 20;
const FIRST_FILTER_BLOCKS: usize = 16;
/// How fast the filter learns what it has unlearned, of the usual: speech beside the echo would be learned too.
const RELEARNING: f32 = 0.2;
/// How much more echo than usual a part of the spectrum may have before it is suppressed: little while the echo is alone, and nearly
/// any while somebody speaks.
const ALONE: f32 = 2.0;
const SPOKEN: f32 = 90.0;
/// Of 4 ms each: somebody who spoke still speaks so long, as words have pauses.
const SPEAKING_BLOCKS: i32 = 150;

pub(super) fn tuning() -> EchoCanceller3Config {
    let mut config = EchoCanceller3Config::default();
    config.erle.max_l = 1.0 / LEAST_LEFT;
    config.erle.max_h = 1.0 / LEAST_LEFT;
    let filter = &mut config.filter;
    filter.refined.length_blocks = FILTER_BLOCKS;
    filter.coarse.length_blocks = FILTER_BLOCKS;
    filter.refined_initial.length_blocks = FIRST_FILTER_BLOCKS;
    filter.coarse_initial.length_blocks = FIRST_FILTER_BLOCKS;
    filter.refined.leakage_diverged *= RELEARNING;
    tune(&mut config.suppressor);
    config
}

fn tune(suppressor: &mut Suppressor) {
    allow(&mut suppressor.normal_tuning, ALONE);
    allow(&mut suppressor.nearend_tuning, SPOKEN);
    let speaker = &mut suppressor.dominant_nearend_detection;
    speaker.hold_duration = SPEAKING_BLOCKS;
    // Otherwise an echo that has just moved is taken for somebody who speaks,
    speaker.use_unbounded_echo_spectrum = false;
    // and the first one, of which the filter knows nothing yet.
    speaker.use_during_initial_phase = false;
    // Otherwise all above 2 kHz is as faint as what is there.
    suppressor.high_frequency_suppression.bands_in_limiting_gain = 0;
}

/// High sounds too: consonants are what words are known by.
fn allow(tuning: &mut Tuning, times: f32) {
    tuning.mask_lf.enr_transparent *= times;
    tuning.mask_lf.enr_suppress *= times;
    tuning.mask_hf = tuning.mask_lf.clone();
}
