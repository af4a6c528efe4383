//! The way between two networks: how long it takes, what is lost, who cannot reach whom.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _};
use rand_distr::{Distribution as _, LogNormal};
use rand_pcg::Pcg64Mcg;
use serde::Deserialize;

/// How long a datagram takes. Each pair of networks has a time of its own, drawn once; each datagram strays a bit from
/// it (`jitter`).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "model", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Latency {
    /// Evenly between two bounds.
    Uniform {
        /// Milliseconds.
        min_ms: f64,
        /// Milliseconds.
        max_ms: f64,
    },
    /// As on the internet: most are near, some very far.
    Lognormal {
        /// Milliseconds: half of the pairs are nearer.
        median_ms: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
        /// Milliseconds: none is nearer.
        min_ms: f64,
        /// Milliseconds: none is farther.
        max_ms: f64,
    },
}

impl Latency {
    /// No datagram between two networks takes less: what two threads may run ahead of each other.
    pub(crate) fn least(&self) -> Duration {
        let (Self::Uniform { min_ms, .. } | Self::Lognormal { min_ms, .. }) = *self;
        Duration::from_secs_f64(min_ms / 1000.)
    }

    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (Self::Uniform { min_ms, max_ms } | Self::Lognormal { min_ms, max_ms, .. }) = *self;
        if min_ms.is_nan() || min_ms < 0.1 {
            return Err(format!("min_ms = {min_ms}: at least 0.1, a tenth of a millisecond"));
        }
        if !(max_ms >= min_ms && max_ms <= 60_000.) {
            return Err(format!("max_ms = {max_ms}: from min_ms ({min_ms}) to 60000"));
        }
        if let Self::Lognormal { median_ms, sigma, .. } = *self
            && !(median_ms > 0. && (0. ..=3.).contains(&sigma))
        {
            return Err(format!("median_ms = {median_ms}, sigma = {sigma}: above 0, and from 0 to 3"));
        }
        Ok(())
    }
}

/// The ways between all networks.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    seed: u64,
    latency: Latency,
    /// Part of a latency that one datagram may take longer.
    jitter: f64,
    pub(crate) loss: f64,
}

impl Links {
    pub(crate) fn new(seed: u64, latency: Latency, jitter: f64, loss: f64) -> Self {
        Self { seed, latency, jitter, loss }
    }

    /// Microseconds of a pair's way, without jitter.
    pub(crate) fn base(&self, a: u32, b: u32) -> u64 {
        let (low, high) = (a.min(b), a.max(b));
        let pair = u64::from(low) << 32 | u64::from(high);
        let ms = match self.latency {
            Latency::Uniform { min_ms, max_ms } => {
                // SplitMix64: good enough to spread pairs evenly, and nothing to set up.
                let part = (mix(self.seed ^ mix(pair)) >> 11) as f64 / (1_u64 << 53) as f64;
                min_ms + (max_ms - min_ms) * part
            }
            Latency::Lognormal { median_ms, sigma, min_ms, max_ms } => {
                let mut rng = Pcg64Mcg::seed_from_u64(self.seed ^ pair);
                let sample =
                    LogNormal::new(median_ms.ln(), sigma).map_or(median_ms, |of| of.sample(&mut rng));
                sample.clamp(min_ms, max_ms)
            }
        };
        (ms * 1000.) as u64
    }

    /// Microseconds that one datagram takes; `None` when it is lost.
    pub(crate) fn travel(&self, rng: &mut Pcg64Mcg, a: u32, b: u32) -> Option<u64> {
        if self.loss > 0. && rng.random::<f64>() < self.loss {
            return None;
        }
        let base = self.base(a, b);
        let extra = if self.jitter > 0. { rng.random::<f64>() * self.jitter * base as f64 } else { 0. };
        Some(base + extra as u64)
    }
}

/// SplitMix64.
pub(crate) fn mix(value: u64) -> u64 {
    let mut value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_its_own_time_both_ways_within_the_bounds() {
        let latency = Latency::Uniform { min_ms: 10., max_ms: 50. };
        let links = Links::new(3, latency, 0., 0.);
        let times: Vec<u64> = (0..1000).map(|other| links.base(7, other)).collect();
        assert!(times.iter().all(|time| (10_000..=50_000).contains(time)));
        let mean = times.iter().sum::<u64>() / 1000;
        assert!((29_000..31_000).contains(&mean), "{mean}");
        assert_eq!(links.base(7, 9), links.base(9, 7));
    }

    #[test]
    fn half_of_the_pairs_are_nearer_than_the_median() {
        let latency = Latency::Lognormal { median_ms: 35., sigma: 0.6, min_ms: 5., max_ms: 400. };
        let links = Links::new(3, latency, 0., 0.);
        let near = (0..10_000).filter(|other| links.base(20_000, *other) < 35_000).count();
        assert!((4_800..5_200).contains(&near), "{near}");
    }

    #[test]
    fn loses_the_part_that_was_asked_for() {
        let latency = Latency::Uniform { min_ms: 10., max_ms: 50. };
        let links = Links::new(3, latency, 0.1, 0.2);
        let mut rng = Pcg64Mcg::seed_from_u64(1);
        let lost = (0..10_000).filter(|_| links.travel(&mut rng, 1, 2).is_none()).count();
        assert!((1_900..2_100).contains(&lost), "{lost}");
    }
}
