//! Where a text stands in the audio that was sent: from the beginning of its first segment to the end of its last.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::wire::json::{Seconds, Text};

/// Reads a list of segments (protocol.md 5.3). Anything else is no place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub start_ms: Option<u32>,
    pub end_ms: Option<u32>,
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlaceVisitor)
    }
}

/// Of the list, and of each of its segments.
struct PlaceVisitor;

impl<'de> Visitor<'de> for PlaceVisitor {
    type Value = Place;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("segments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Place, A::Error> {
        let mut place = Place::default();
        while let Some(segment) = list.next_element::<Place>()? {
            place.start_ms = place.start_ms.or(segment.start_ms);
            place.end_ms = segment.end_ms.or(place.end_ms);
        }
        Ok(place)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut segment: A) -> Result<Place, A::Error> {
        let mut place = Place::default();
        while let Some(key) = segment.next_key::<Text<'de>>()? {
            match &*key {
                "start" => place.start_ms = segment.next_value::<Seconds>()?.ms(),
                "end" => place.end_ms = segment.next_value::<Seconds>()?.ms(),
                _ => drop(segment.next_value::<IgnoredAny>()?),
            }
        }
        Ok(place)
    }

    fn visit_unit<E>(self) -> Result<Place, E> {
        Ok(Place::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Place, E> {
        Ok(Place::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Place, E> {
        Ok(Place::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Place, E> {
        Ok(Place::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Place, E> {
        Ok(Place::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Place, E> {
        Ok(Place::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reaches_from_its_first_segment_to_its_last() {
        for (json, start_ms, end_ms) in [
            (r#"[{"text":"a","start":0.64,"end":1.2,"words":[{"start":9}]}]"#, Some(640), Some(1200)),
            (r#"[{"start":1,"end":2},{"start":2,"end":3.5},{}]"#, Some(1000), Some(3500)),
            (r#"[{"start":"0.25","end":null}]"#, Some(250), None),
            (r#"[{"start":-1,"end":"x"}]"#, None, None),
            ("[]", None, None),
            (r#"[7,"a",null,true,1.5,-2,[]]"#, None, None),
            ("7", None, None),
            ("null", None, None),
        ] {
            assert_eq!(serde_json::from_str::<Place>(json).unwrap(), Place { start_ms, end_ms }, "{json}");
        }
    }
}
