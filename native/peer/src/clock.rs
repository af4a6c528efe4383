//! Time for the core: the wall clock when it started, and the monotonic clock from there. It never goes back, and
//! jumps ahead when the machine slept, which a monotonic clock does not count everywhere.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use socket_p2p::Time;

/// The wall clock may be ahead of ours by this much before we believe that time has passed. Corrections of the
/// clock are smaller, mostly; the keep-alive of NATs is longer.
const JUMP: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Clock {
    base: Time,
    start: Instant,
    last: Time,
    /// A test's wall clock is ahead of the machine's.
    #[cfg(test)]
    ahead: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let base = wall();
        Self {
            base,
            start: Instant::now(),
            last: base,
            #[cfg(test)]
            ahead: std::sync::Arc::default(),
        }
    }

    /// What makes the wall clock jump ahead, in seconds: as it does when a machine wakes.
    #[cfg(test)]
    pub(crate) fn ahead(&self) -> std::sync::Arc<std::sync::atomic::AtomicU64> {
        self.ahead.clone()
    }

    /// Now.
    pub(crate) fn now(&mut self) -> Time {
        self.last = self.last.max(self.base + self.start.elapsed());
        self.last
    }

    /// Compares with the wall clock. Whether the machine slept.
    pub(crate) fn slept(&mut self) -> bool {
        #[cfg(test)]
        let wall = || wall() + Duration::from_secs(self.ahead.load(std::sync::atomic::Ordering::Relaxed));
        self.jumped(wall())
    }

    fn jumped(&mut self, wall: Time) -> bool {
        let ahead = wall.since(self.now());
        if ahead < JUMP {
            return false;
        }
        self.base = self.base + ahead;
        self.now();
        true
    }

    /// When the core's time will be `at`.
    pub(crate) fn instant(&mut self, at: Time) -> Instant {
        // A deadline in a thousand years is one that is never met, and must not overflow.
        let wait = at.since(self.now()).min(Duration::from_secs(24 * 60 * 60));
        Instant::now() + wait
    }
}

fn wall() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_jumps_ahead_after_sleep_and_never_back() {
        let mut clock = Clock::new();
        let before = clock.now();
        assert!(!clock.jumped(before + Duration::from_secs(2)), "a correction is no sleep");
        assert!(!clock.jumped(Time::from_secs(0)), "a clock that is set back is not followed");
        assert!(clock.now() >= before && clock.now().since(before) < Duration::from_secs(1));
        assert!(clock.jumped(before + Duration::from_secs(3600)));
        assert!(clock.now().since(before) >= Duration::from_secs(3600));
        assert!(!clock.jumped(before + Duration::from_secs(3600)), "it is told once");
        let far = clock.instant(Time(u64::MAX));
        assert!(far > Instant::now());
    }
}
