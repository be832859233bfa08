//! When a peer that says nothing is asked whether it is still there.
//!
//! Only while calls wait for it, and seldom: servers of gRPC take more than a ping or two within five minutes for abuse
//! and end the connection.

/// How long nothing comes in before the peer is asked.
const SILENCE_MS: u64 = 20_000;
/// How long it may take to answer.
const PONG_MS: u64 = 10_000;
/// From one ping to the next; a little more than what servers of gRPC ask for.
const APART_MS: u64 = 301_000;

/// What is to be done at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Ping,
    /// To look again after so many milliseconds.
    Wait(u64),
    /// The peer has not answered.
    Dead,
}

#[derive(Debug, Default)]
pub struct Keepalive {
    pinged_ms: Option<u64>,
}

impl Keepalive {
    /// `read_ms` is when something came in last.
    pub fn step(&mut self, now_ms: u64, read_ms: u64, calls: usize) -> Step {
        let silent_ms = now_ms.saturating_sub(read_ms);
        if let Some(pinged_ms) = self.pinged_ms {
            let since_ms = now_ms.saturating_sub(pinged_ms);
            if read_ms < pinged_ms {
                return if since_ms >= PONG_MS { Step::Dead } else { Step::Wait(PONG_MS - since_ms) };
            }
            if since_ms < APART_MS {
                return Step::Wait((APART_MS - since_ms).min(SILENCE_MS));
            }
        }
        if calls == 0 || silent_ms < SILENCE_MS {
            return Step::Wait(SILENCE_MS - silent_ms.min(SILENCE_MS - 1_000));
        }
        self.pinged_ms = Some(now_ms);
        Step::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_peer_is_asked_and_given_up_when_it_does_not_answer() {
        let mut keepalive = Keepalive::default();
        assert_eq!(keepalive.step(19_000, 0, 1), Step::Wait(1_000));
        assert_eq!(keepalive.step(20_000, 0, 1), Step::Ping);
        assert_eq!(keepalive.step(25_000, 0, 1), Step::Wait(5_000));
        assert_eq!(keepalive.step(30_000, 0, 1), Step::Dead);
    }

    #[test]
    fn a_peer_that_answers_is_left_alone_for_five_minutes() {
        let mut keepalive = Keepalive::default();
        assert_eq!(keepalive.step(20_000, 0, 1), Step::Ping);
        assert_eq!(keepalive.step(40_000, 20_001, 1), Step::Wait(20_000));
        assert_eq!(keepalive.step(320_000, 20_001, 1), Step::Wait(1_000));
        assert_eq!(keepalive.step(321_000, 20_001, 1), Step::Ping);
    }

    #[test]
    fn nobody_is_asked_while_no_call_waits() {
        let mut keepalive = Keepalive::default();
        assert!(matches!(keepalive.step(500_000, 0, 0), Step::Wait(1_000)));
    }
}
