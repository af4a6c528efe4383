//! Parameters of the protocol that a scenario changes, by their names in `Config`.

use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use socket_p2p::Config;

/// Changes, in order.
#[derive(Clone, Debug, Default)]
pub struct Tuning(Vec<(String, Value)>);

#[derive(Clone, Copy, Debug)]
enum Value {
    Number(f64),
    Flag(bool),
}

macro_rules! table {
    (numbers: $($number:ident),*; milliseconds: $($time:ident),*; flags: $($flag:ident),*;) => {
        const KEYS: &[&str] = &[$(stringify!($number),)* $(concat!(stringify!($time), "_ms"),)* $(stringify!($flag),)*];

        impl Tuning {
            /// Makes the changes.
            pub fn apply(&self, config: &mut Config) {
                for (key, value) in &self.0 {
                    match (key.as_str(), *value) {
                        $((stringify!($number), Value::Number(value)) => config.$number = value as _,)*
                        $((concat!(stringify!($time), "_ms"), Value::Number(value)) => {
                            config.$time = Duration::from_secs_f64(value / 1000.);
                        })*
                        $((stringify!($flag), Value::Flag(value)) => config.$flag = value,)*
                        // `deserialize` lets no other in.
                        _ => {}
                    }
                }
            }
        }

        fn is_flag(key: &str) -> bool {
            [$(stringify!($flag)),*].contains(&key)
        }
    };
}

table! {
    numbers: fan_out, max_hops, ttl, max_ttl, postage, cache_bytes, signer_share, source_share, own_share, remembered,
        eager, spare, eager_first, retry_factor, holders, max_pulls, eager_second, answer_packets, answer_rate, source_rate, active,
        max_links, outbound, passive, max_per_subnet, max_passive_per_subnet, shuffle_size, nat_samples, nat_hosts,
        birthday_ports, birthday_tries, max_probings, epochs_kept;
    milliseconds: pull_patience, gap_patience, retry_floor, retry_unknown, archive_after, retry_ceiling, announce_delay, announce_pace, spare_delay, sync_interval, shuffle_interval,
        keep_alive, liveness, link_timeout, ping_retry, birthday_pace, consent, token, reassembly, epoch;
    flags: archive, sync_all;
}

impl<'de> Deserialize<'de> for Tuning {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = Tuning;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table of parameters of the protocol")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tuning, A::Error> {
                let mut found = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if !KEYS.contains(&key.as_str()) {
                        return Err(A::Error::custom(format!(
                            "no parameter `{key}`: durations end in _ms; there are {}",
                            KEYS.join(", ")
                        )));
                    }
                    let value = if is_flag(&key) {
                        Value::Flag(map.next_value()?)
                    } else {
                        let value: f64 = map.next_value()?;
                        if value.is_nan() || value < 0. {
                            return Err(A::Error::custom(format!("{key} = {value}: 0 or more")));
                        }
                        Value::Number(value)
                    };
                    found.push((key, value));
                }
                Ok(Tuning(found))
            }
        }

        from.deserialize_map(Keys)
    }
}
