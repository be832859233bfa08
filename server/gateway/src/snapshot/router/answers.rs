//! Which route answers which method at one place, and which methods there are.

use domain::routes::Method;
use http::HeaderValue;
use std::num::NonZeroU32;

/// Of the routes with one path. Two fill a cache line.
#[derive(Clone, Debug, Default)]
#[repr(align(32))]
pub struct Answers {
    by_method: [Option<Numbered>; 7],
    any: Option<Numbered>,
}

/// A route's number and one, so that having none takes no room.
type Numbered = NonZeroU32;

/// A set of methods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Methods(u8);

impl Methods {
    const ALL: Self = Self(0x7f);

    pub fn add(&mut self, others: Self) {
        self.0 |= others.0;
    }

    #[must_use]
    pub fn contains(self, method: Method) -> bool {
        self.0 & bit(method) != 0
    }

    /// `GET, HEAD`; what `Allow` and `Access-Control-Allow-Methods` hold.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        let names: Vec<&str> =
            Method::ALL.iter().filter(|m| self.contains(**m)).map(|m| m.as_str()).collect();
        HeaderValue::try_from(names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

fn bit(method: Method) -> u8 {
    1 << (method as u8)
}

impl Answers {
    /// The first of two routes for one method counts.
    pub fn add(&mut self, methods: &[Method], route: u32) {
        let numbered = Numbered::MIN.saturating_add(route);
        if methods.is_empty() {
            self.any.get_or_insert(numbered);
        }
        for method in methods {
            if let Some(slot) = self.by_method.get_mut(*method as usize) {
                slot.get_or_insert(numbered);
            }
        }
    }

    /// A route that names the method is a better match than one for every method; GET stands in for HEAD.
    #[must_use]
    pub fn find(&self, method: Method) -> Option<u32> {
        let named = |method: Method| self.by_method.get(method as usize).copied().flatten();
        let stand_in = if method == Method::Head { named(Method::Get) } else { None };
        named(method).or(self.any).or(stand_in).map(|numbered| numbered.get() - 1)
    }

    #[must_use]
    pub fn methods(&self) -> Methods {
        if self.any.is_some() {
            return Methods::ALL;
        }
        let allowed = Method::ALL.iter().filter(|m| self.find(**m).is_some());
        Methods(allowed.fold(0, |set, method| set | bit(*method)))
    }
}
