//! What a request asked for and the vendor's dialect has no word for. Never silent: names go into a header of the
//! answer and into the call's record, and in strict mode the request is refused.

/// Names of what was left out, in the caller's words, without the numbers of list items: `tools.function.strict`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped(Vec<String>);

impl Dropped {
    /// The field at this place of the request.
    pub fn field(&mut self, at: impl AsRef<str>) {
        let name = without_indices(at.as_ref());
        if !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    pub fn merge(&mut self, other: Self) {
        for name in other.0 {
            self.field(name);
        }
    }

    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As in the header, at most `limit` bytes: `logit_bias, seed`.
    #[must_use]
    pub fn line(&self, limit: usize) -> String {
        let mut line = String::new();
        for name in &self.0 {
            // what a caller named a field may hold anything
            let name: String =
                name.chars().filter(|letter| letter.is_ascii_graphic() && *letter != ',').collect();
            if line.len() + name.len() + 2 > limit {
                break;
            }
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(&name);
        }
        line
    }
}

fn without_indices(at: &str) -> String {
    let mut name = String::with_capacity(at.len());
    let mut inside = false;
    for letter in at.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => name.push(letter),
            _ => {}
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once() {
        let mut dropped = Dropped::default();
        for at in ["messages[0].name", "messages[7].name", "seed", "a\r\nb"] {
            dropped.field(at);
        }
        assert_eq!(dropped.names(), ["messages.name", "seed", "a\r\nb"]);
        assert_eq!(dropped.line(100), "messages.name, seed, ab");
        assert_eq!(dropped.line(16), "messages.name");
    }
}
