//! What a link's peer did, for the choice of whom to part with (gossipsub v1.1's inputs).

use std::time::Duration;

use super::Conduct;
use crate::Time;

/// Half of what was done is forgotten after this.
const HALF_LIFE: Duration = Duration::from_secs(16);
/// Below this the link is ended and the peer not taken again for a while.
const UNBEARABLE: i32 = -60;
const MOST: i32 = 64;

/// Points of conduct, and points that end a link.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    points: i32,
    offences: i32,
    at: Time,
}

impl Score {
    fn decay(&mut self, now: Time) {
        let halves = now.since(self.at).as_micros() / HALF_LIFE.as_micros();
        if halves > 0 {
            let by = u32::try_from(halves.min(16)).unwrap_or(16);
            (self.points, self.offences) = (self.points / (1 << by), self.offences / (1 << by));
            self.at = now;
        }
    }

    /// Counts conduct. Whether it is bearable still.
    pub(crate) fn count(&mut self, now: Time, conduct: Conduct) -> bool {
        self.decay(now);
        self.points += match conduct {
            Conduct::First => 1,
            // Data packets stand outside of the session: anybody can send one with a forged source, and ends nothing
            // by it.
            Conduct::Invalid => -4,
            // Loss on the way looks the same: it is weighed, and ends nothing by itself.
            Conduct::Broken => -1,
            // Under the link's key: nobody else did it.
            Conduct::Malformed => {
                self.offences -= 20;
                -20
            }
        };
        self.points = self.points.clamp(-MOST, MOST);
        self.offences > UNBEARABLE
    }

    /// What it has done lately.
    pub(crate) fn points(&mut self, now: Time) -> i32 {
        self.decay(now);
        self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_under_the_key_ends_a_link_and_what_others_can_do_does_not() {
        let mut score = Score::default();
        let now = Time::from_secs(100);
        assert!((0..1000).all(|_| score.count(now, Conduct::Broken) && score.count(now, Conduct::Invalid)));
        assert!(score.points(now) < 0);
        assert_eq!(score.points(now + HALF_LIFE * 20), 0);
        let mut score = Score::default();
        assert!(score.count(now, Conduct::Malformed) && score.count(now, Conduct::Malformed));
        assert!(!score.count(now, Conduct::Malformed));
    }
}
