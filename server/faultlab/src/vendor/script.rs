//! The commands in the last text of the user. The doc comment of [`super`] says what each does.

use std::time::Duration;

/// What the text orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Script {
    /// The text without its commands.
    pub said: String,
    /// How many tools to call.
    pub calls: usize,
    pub json: bool,
    pub think: bool,
    pub refuse: bool,
    pub length: bool,
    pub cut: bool,
    pub garbage: bool,
    pub empty: bool,
    pub nousage: bool,
    pub midstream_error: bool,
    pub torn: bool,
    pub slow: Duration,
    pub pace: Duration,
    pub silent: Duration,
    pub cache: usize,
    pub error: Option<u16>,
    pub long: Option<usize>,
}

impl Script {
    /// A word that is no command, or a command without its number, is plain text.
    pub fn read(text: &str) -> Self {
        let mut script = Self::default();
        let mut said = Vec::new();
        let mut words = text.split_whitespace().peekable();
        let mut commands = 0;
        while let Some(word) = words.next() {
            if script.flag(word) {
                commands += 1;
            } else if script.setting(word, words.peek().and_then(|next| next.parse().ok())) {
                commands += 1;
                words.next();
            } else {
                said.push(word);
            }
        }
        script.said = if commands == 0 { text.to_owned() } else { said.join(" ") };
        script
    }

    fn flag(&mut self, word: &str) -> bool {
        match word {
            "#tool" => self.calls = 1,
            "#tools" => self.calls = 2,
            "#json" => self.json = true,
            "#think" => self.think = true,
            "#refuse" => self.refuse = true,
            "#length" => self.length = true,
            "#cut" => self.cut = true,
            "#garbage" => self.garbage = true,
            "#empty" => self.empty = true,
            "#nousage" => self.nousage = true,
            "#midstream-error" => self.midstream_error = true,
            "#torn" => self.torn = true,
            _ => return false,
        }
        true
    }

    fn setting(&mut self, word: &str, number: Option<u32>) -> bool {
        let Some(number) = number else { return false };
        let size = usize::try_from(number).unwrap_or(usize::MAX);
        let time = Duration::from_millis(u64::from(number));
        match word {
            "#slow" => self.slow = time,
            "#pace" => self.pace = time,
            "#silent" => self.silent = time,
            "#cache" => self.cache = size,
            "#long" => self.long = Some(size.min(1_000_000)),
            "#error" => match u16::try_from(number) {
                Ok(status @ 400..=599) => self.error = Some(status),
                _ => return false,
            },
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_leave_the_text() {
        let script = Script::read("please #tool  now #pace 20 and #slow down");
        assert_eq!(script.said, "please now and #slow down");
        assert_eq!((script.calls, script.pace, script.slow), (1, Duration::from_millis(20), Duration::ZERO));
    }

    #[test]
    fn a_text_without_commands_stays_as_it_is() {
        assert_eq!(Script::read("two  spaces\n#1").said, "two  spaces\n#1");
        assert_eq!(Script::read("#error 200").error, None);
    }
}
